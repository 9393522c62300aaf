//! Checks of postal addresses and telephone numbers. A value is refused only where its country has a rule for it.
//!
//! A telephone number is kept as it was typed: people read it grouped the way they write it, and nothing here dials it. A country is stored
//! as its ISO 3166-1 code, so that two spellings are one country. The browser shows its name (`Intl.DisplayNames` in assets/app.js), because
//! the names of 249 countries in two languages would be larger than all pages. In Italy a postcode (CAP) has five digits and a province is
//! its two letters (sigla). Elsewhere both are free text.

use crate::core::lang::Lang;

use serde_json::{Map, Value as Json};

use crate::{core::field::Checks, core::letters::folded, core::refusal::Wrong};

/// Every country there is, two letters each.
pub const COUNTRIES: &str = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

/// The sigle of the Italian provinces, each between spaces. Those that Sardinia had for some years are still on people's papers.
pub const PROVINCES: &str = " AG AL AN AO AP AQ AR AT AV BA BG BI BL BN BO BR BS BT BZ CA CB CE CH CI CL CN CO CR CS CT CZ EN FC FE FG FI FM FR GE GO GR IM IS KR LC LE LI LO LT LU MB MC ME MI MN MO MS MT NA NO NU OG OR OT PA PC PD PE PG PI PN PO PR PT PU PV PZ RA RC RE RG RI RM RN RO SA SI SO SP SR SS SU SV TA TE TN TO TP TR TS TV UD VA VB VC VE VI VR VS VT VV ";

/// The Italian provinces by name, folded: `sigla name`, with the second name of those that have two languages, or are called by a part of their name.
const PROVINCE_NAMES: &str = "AG agrigento|AL alessandria|AN ancona|AO aosta|AO valle d'aosta|AO aoste|AP ascoli piceno|AQ l'aquila|AQ aquila|AR arezzo|AT asti|AV avellino|BA bari|BG bergamo|BI biella|BL belluno|BN benevento|BO bologna|BR brindisi|BS brescia|BT barletta-andria-trani|BT barletta andria trani|BZ bolzano|BZ bozen|BZ bolzano/bozen|BZ bolzano - bozen|BZ alto adige|BZ sudtirol|CA cagliari|CB campobasso|CE caserta|CH chieti|CI carbonia-iglesias|CI carbonia iglesias|CL caltanissetta|CN cuneo|CO como|CR cremona|CS cosenza|CT catania|CZ catanzaro|EN enna|FC forli-cesena|FC forli cesena|FC forli|FE ferrara|FG foggia|FI firenze|FI florence|FM fermo|FR frosinone|GE genova|GE genoa|GO gorizia|GR grosseto|IM imperia|IS isernia|KR crotone|LC lecco|LE lecce|LI livorno|LO lodi|LT latina|LU lucca|MB monza e della brianza|MB monza e brianza|MB monza-brianza|MB monza brianza|MB monza|MC macerata|VS medio campidano|ME messina|MI milano|MI milan|MN mantova|MN mantua|MO modena|MS massa-carrara|MS massa carrara|MS massa e carrara|MS massa|MT matera|NA napoli|NA naples|NO novara|NU nuoro|OG ogliastra|OR oristano|OT olbia-tempio|OT olbia tempio|PA palermo|PC piacenza|PD padova|PD padua|PE pescara|PG perugia|PI pisa|PN pordenone|PO prato|PR parma|PT pistoia|PU pesaro e urbino|PU pesaro-urbino|PU pesaro urbino|PU pesaro|PV pavia|PZ potenza|RA ravenna|RC reggio calabria|RC reggio di calabria|RE reggio emilia|RE reggio nell'emilia|RG ragusa|RI rieti|RM roma|RM rome|RN rimini|RO rovigo|SA salerno|SI siena|SO sondrio|SP la spezia|SP spezia|SR siracusa|SR syracuse|SS sassari|SU sud sardegna|SV savona|TA taranto|TE teramo|TN trento|TN trent|TO torino|TO turin|TP trapani|TR terni|TS trieste|TV treviso|UD udine|VA varese|VB verbano-cusio-ossola|VB verbano cusio ossola|VB verbania|VC vercelli|VE venezia|VE venice|VI vicenza|VR verona|VT viterbo|VV vibo valentia|VV vibo";

/// Countries by their usual names in both languages, folded. Others are typed as two letters: all names of all countries would be larger than all
/// pages.
const COUNTRY_NAMES: &str = "AE united arab emirates|AE emirati arabi uniti|AL albania|AR argentina|AT austria|AU australia|BA bosnia ed erzegovina|BA bosnia and herzegovina|BE belgium|BE belgio|BG bulgaria|BR brazil|BR brasile|BY belarus|BY bielorussia|CA canada|CH switzerland|CH svizzera|CL chile|CL cile|CN china|CN cina|CO colombia|CY cyprus|CY cipro|CZ czech republic|CZ czechia|CZ repubblica ceca|CZ cechia|DE germany|DE germania|DE deutschland|DK denmark|DK danimarca|DZ algeria|EE estonia|EG egypt|EG egitto|ES spain|ES spagna|ES espana|FI finland|FI finlandia|FR france|FR francia|GB united kingdom|GB united kingdom of great britain and northern ireland|GB great britain|GB regno unito|GB gran bretagna|GB uk|GB u.k.|GB england|GB inghilterra|GR greece|GR grecia|HK hong kong|HR croatia|HR croazia|HU hungary|HU ungheria|IE ireland|IE irlanda|IL israel|IL israele|IN india|IS iceland|IS islanda|IT italy|IT italia|JP japan|JP giappone|KR south korea|KR corea del sud|LI liechtenstein|LT lithuania|LT lituania|LU luxembourg|LU lussemburgo|LV latvia|LV lettonia|MA morocco|MA marocco|MC monaco|MD moldova|MD moldavia|ME montenegro|MK north macedonia|MK macedonia del nord|MT malta|MX mexico|MX messico|NL netherlands|NL the netherlands|NL paesi bassi|NL olanda|NL holland|NO norway|NO norvegia|NZ new zealand|NZ nuova zelanda|PE peru|PL poland|PL polonia|PT portugal|PT portogallo|RO romania|RS serbia|RU russia|RU russian federation|RU federazione russa|SE sweden|SE svezia|SG singapore|SI slovenia|SK slovakia|SK slovacchia|SM san marino|TH thailand|TH thailandia|TN tunisia|TR turkey|TR turkiye|TR turchia|UA ukraine|UA ucraina|US united states|US united states of america|US stati uniti|US stati uniti d'america|US usa|US u.s.a.|VA vatican city|VA holy see|VA citta del vaticano|ZA south africa|ZA sudafrica";

/// The code of a name in one of the lists above.
fn code_of(names: &'static str, name: &str) -> Option<&'static str> {
    let name = folded(name.trim()).replace('\u{2019}', "'");
    names.split('|').find_map(|entry| entry.split_once(' ').filter(|(_, known)| *known == name).map(|(code, _)| code))
}

/// The sigla of an Italian province by its name, as people write it: `Lodi`, `provincia di Lodi`, `Lodi (LO)`.
#[must_use]
pub fn sigla(text: &str) -> Option<&'static str> {
    let text = folded(text.trim()).replace('\u{2019}', "'");
    let name = ["provincia di ", "provincia del ", "provincia dell'"].into_iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(&text);
    let (name, letters) = name.split_once('(').map_or((name, None), |(name, rest)| (name, Some(rest.trim_end_matches([')', ' ']))));
    code_of(PROVINCE_NAMES, name).filter(|sigla| letters.is_none_or(|letters| letters.eq_ignore_ascii_case(sigla)))
}

/// The CAP of a province that begins with a zero, where a spreadsheet has lost its zeros: `118` in the province `RM` is `00118`.
#[must_use]
pub fn cap_with_zeros(text: &str, sigla: &str) -> Option<String> {
    const BEGINNINGS: [(&str, &str); 10] = [
        ("00", "RM"),
        ("01", "VT"),
        ("02", "RI"),
        ("03", "FR"),
        ("04", "LT"),
        ("05", "TR"),
        ("06", "PG"),
        ("07", "SS OT"),
        ("08", "NU OG OR"),
        ("09", "CA CI OR SU VS"),
    ];
    let is_short = (2..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let cap = is_short.then(|| format!("{text:0>5}"))?;
    let is_of = |(beginning, provinces): &(&str, &str)| cap.starts_with(beginning) && provinces.split(' ').any(|known| known == sigla);
    BEGINNINGS.iter().any(is_of).then_some(cap)
}

/// The most digits of a telephone number: 15 by E.164, with `00` before them.
const PHONE_DIGITS: usize = 17;
/// The fewest digits: a short number of a switchboard.
const SHORTEST_PHONE: usize = 3;

/// Whether the text is a telephone number: digits in any grouping, with an optional `+` before the first and an optional extension at the end.
fn is_phone(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let (number, extension) = text.split_once("ext").or_else(|| text.split_once("int")).unwrap_or((&text, "0"));
    let extension = extension.trim_start_matches("ension").trim_start_matches("erno").trim_start_matches(['.', ' ']);
    if !(1..=6).contains(&extension.len()) || !extension.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let rest = &number.replacen('+', "", usize::from(number.find('+') < number.find(|c: char| c.is_ascii_digit())));
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    let groups = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | '-' | '(' | ')' | '/' | '\u{2010}'..='\u{2013}');
    (SHORTEST_PHONE..=PHONE_DIGITS).contains(&digits) && rest.chars().all(groups)
}

/// The code of a country, typed in any case, or by one of its usual names.
#[must_use]
pub fn country(text: &str) -> Option<String> {
    let code = text.to_ascii_uppercase();
    let is_known = code.len() == 2 && COUNTRIES.as_bytes().chunks(2).any(|known| known == code.as_bytes());
    if is_known { Some(code) } else { code_of(COUNTRY_NAMES, text).map(str::to_owned) }
}

/// Checks one field of a form and puts it into `given` as it is stored. The last part of the pointer is the name of the field.
pub fn take(given: &mut Map<String, Json>, checks: &mut Checks, pointer: &str, text: Option<&str>, longest: usize) {
    let field = pointer.rsplit('/').next().unwrap_or_default();
    let mut taken = checks.optional(pointer, text, longest);
    if let Some(text) = &mut taken {
        match field {
            "phone" if !is_phone(text) => checks.wrong(pointer, Wrong::Phone),
            "email" => *text = checks.email(pointer, text).typed,
            "language" if Lang::it_or_en(text).is_none() => checks.wrong(pointer, Wrong::Unknown),
            "country" => match country(text) {
                Some(code) => *text = code,
                None => checks.wrong(pointer, Wrong::Country),
            },
            "province" if text.len() == 2 => text.make_ascii_uppercase(),
            _ => {}
        }
    }
    given.insert(field.to_owned(), taken.into());
}

/// Checks postcode and province where the same form says that the country is Italy. The rule `italian_address` checks the stored rows.
pub fn italian(given: &Map<String, Json>, checks: &mut Checks, pointer: &str) {
    let text = |field: &str| given.get(field).and_then(Json::as_str);
    if text("country") != Some("IT") {
        return;
    }
    if text("postcode").is_some_and(|cap| cap.len() != 5 || !cap.bytes().all(|byte| byte.is_ascii_digit())) {
        checks.wrong(&format!("{pointer}/postcode"), Wrong::Postcode);
    }
    if text("province").is_some_and(|sigla| sigla.len() != 2 || !PROVINCES.contains(&format!(" {sigla} "))) {
        checks.wrong(&format!("{pointer}/province"), Wrong::Province);
    }
}

/// Whether a field was given that the rule `italian_address` is about.
#[must_use]
pub fn moves(given: &Map<String, Json>) -> bool {
    ["country", "province", "postcode"].into_iter().any(|field| given.contains_key(field))
}

/// Refuses rows whose country is Italy and whose postcode or province is not Italian. The second literal binds [`PROVINCES`].
#[macro_export]
macro_rules! wrong_in_italy {
    ($rows:literal, $provinces:literal) => {
        concat!(
            "INSERT INTO refusal (italian_address) SELECT 1 FROM ",
            $rows,
            " AND country = 'IT' AND (length(postcode) <> 5 OR postcode GLOB '*[^0-9]*' OR instr(",
            $provinces,
            ", ' ' || province || ' ') = 0)"
        )
    };
}

#[cfg(test)]
mod tests {
    use super::{COUNTRIES, PROVINCE_NAMES, PROVINCES, cap_with_zeros, country, is_phone, sigla};

    #[test]
    fn a_telephone_number_is_written_as_people_write_it() {
        for text in [
            "+39 06 1",
            "011",
            "0039 333 123.45-67",
            "(06) 555 1234",
            "+1 (555) 010-0199",
            "+39.3331234567",
            "06/5551234",
            "+39\u{a0}06 1234",
            "(+39) 06 1234567",
            "+39 06 12345 ext. 3",
            "06 123 int. 4",
            "06 1234 interno 12",
        ] {
            assert!(is_phone(text), "{text}");
        }
        for text in [
            "",
            "+",
            "12",
            "call me",
            "+39 06 x",
            "++39 06 123",
            "39+06123",
            "123456789012345678",
            "06 123 int. x",
            "ext. 3",
            "39+ 06 123",
            "06 12 ext. 1234567",
        ] {
            assert!(!is_phone(text), "{text}");
        }
    }

    #[test]
    fn a_country_is_its_code_in_any_case() {
        assert_eq!(country("it").as_deref(), Some("IT"));
        assert_eq!(country("Italia").as_deref(), Some("IT"));
        assert_eq!(country("Sm").as_deref(), Some("SM"));
        for (name, code) in
            [("Germany", "DE"), ("SVIZZERA", "CH"), (" U.S.A. ", "US"), ("Espa\u{f1}a", "ES"), ("T\u{fc}rkiye", "TR"), ("Stati Uniti d\u{2019}America", "US")]
        {
            assert_eq!(country(name).as_deref(), Some(code), "{name}");
        }
        for text in ["XX", "EU", "ITA", "I", "DA", "\u{e9}", "Padania"] {
            assert_eq!(country(text), None, "{text}");
        }
        assert_eq!((COUNTRIES.len() / 2, PROVINCES.split_whitespace().count()), (249, 111));
    }

    #[test]
    fn an_italian_province_may_be_written_by_its_name() {
        for (name, code) in [
            ("Lodi", "LO"),
            ("ROMA", "RM"),
            (" forl\u{ec}-cesena ", "FC"),
            ("L\u{2019}Aquila", "AQ"),
            ("Reggio nell'Emilia", "RE"),
            ("Monza e della Brianza", "MB"),
            ("S\u{fc}dtirol", "BZ"),
            ("Provincia di Pesaro e Urbino", "PU"),
            ("provincia dell'Aquila", "AQ"),
            ("Lodi (LO)", "LO"),
        ] {
            assert_eq!(sigla(name), Some(code), "{name}");
        }
        for text in ["", "LO", "Lombardia", "Lodi (MI)", "Lodi Vecchio", "Parigi"] {
            assert_eq!(sigla(text), None, "{text}");
        }
        let of_names: std::collections::BTreeSet<&str> = PROVINCE_NAMES.split('|').filter_map(|entry| entry.get(..2)).collect();
        assert_eq!((of_names.len(), of_names.iter().all(|code| PROVINCES.contains(&format!(" {code} ")))), (111, true));
    }

    #[test]
    fn a_postcode_gets_the_zeros_back_that_a_spreadsheet_took() {
        for (text, sigla, cap) in [("118", "RM", "00118"), ("10", "RM", "00010"), ("7100", "SS", "07100"), ("9170", "OR", "09170"), ("5100", "TR", "05100")] {
            assert_eq!(cap_with_zeros(text, sigla).as_deref(), Some(cap), "{text}");
        }
        for (text, sigla) in [("118", "MI"), ("118", ""), ("1", "RM"), ("00118", "RM"), ("11a", "RM"), ("118", "VT"), ("2010", "MI")] {
            assert_eq!(cap_with_zeros(text, sigla), None, "{text}");
        }
    }
}
