//! What an import says of a cell or a line that it takes otherwise than it is written, or not at all.

use crate::core::lang::Lang;

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// There is no field for the column.
    NotTaken,
    /// The field was taken from another column or the first of several values.
    SecondValue,
    /// A spreadsheet has changed the text: it is read as it was before.
    ReadAs(String, String),
    /// Line breaks became spaces.
    OneLine,
    /// Somebody else has the same address and another name: the line is a person of its own.
    SharedAddress,
    /// The address belongs to a contact, of this name, who is the person of this line.
    WasContact(String),
    /// The file gives the person a role; the import does not.
    RoleNotGiven,
    /// That many more notes.
    More(usize),
}

impl Note {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotTaken => "not_taken",
            Self::SecondValue => "second_value",
            Self::ReadAs(..) => "read_as",
            Self::OneLine => "one_line",
            Self::SharedAddress => "shared_address",
            Self::WasContact(_) => "was_contact",
            Self::RoleNotGiven => "role_not_given",
            Self::More(_) => "more",
        }
    }

    /// The note in words.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let (en, it) = match self {
            Self::NotTaken => ("not taken: there is no such field here.".to_owned(), "non importato: qui non esiste un campo corrispondente.".to_owned()),
            Self::SecondValue => {
                ("not taken: another value was taken for this field.".to_owned(), "non importato: per questo campo è stato preso un altro valore.".to_owned())
            }
            Self::ReadAs(text, taken) => (format!("“{text}” is read as “{taken}”."), format!("«{text}» viene letto come «{taken}».")),
            Self::OneLine => ("line breaks become spaces.".to_owned(), "gli a capo diventano spazi.".to_owned()),
            Self::SharedAddress => (
                "Somebody else has this address, so this is one more person. If they are the same, give both the same name.".to_owned(),
                "Un’altra persona ha già questo indirizzo, quindi questa è una persona in più. Se è la stessa, usa lo stesso nome.".to_owned(),
            ),
            Self::WasContact(name) if name.is_empty() => (
                "This address was already a contact, who is invited and keeps their email preferences.".to_owned(),
                "Questo indirizzo era già di un contatto, che viene invitato e conserva le sue preferenze email.".to_owned(),
            ),
            Self::WasContact(name) => (
                format!("This address was already the contact {name}, who is invited and keeps their email preferences; the name becomes that of the file."),
                format!(
                    "Questo indirizzo era già del contatto {name}, che viene invitato e conserva le sue preferenze email; il nome diventa quello del file."
                ),
            ),
            Self::RoleNotGiven => (
                "an import gives no role by itself: to invite, choose a role for the import.".to_owned(),
                "l’importazione da sola non assegna ruoli: per invitare scegli un ruolo per l’importazione.".to_owned(),
            ),
            Self::More(count) => (format!("{count} more cells are not taken."), format!("Altre {count} celle non vengono importate.")),
        };
        if lang == Lang::It { it } else { en }
    }
}

/// What is said of a file in no encoding that is read, in both languages.
#[must_use]
pub fn encoding(line: i64) -> (String, String) {
    (
        format!("Line {line} cannot be read: the file is neither UTF-8 nor what Windows writes. Save it as “CSV UTF-8” and import it again."),
        format!("La riga {line} non si può leggere: il file non è né UTF-8 né come lo scrive Windows. Salvalo come «CSV UTF-8» e importalo di nuovo."),
    )
}

/// What is said of a JSON file with more values than are read.
#[must_use]
pub fn too_many_values(most: usize) -> (String, String) {
    (
        format!("The file has more than {most} values. Divide it into smaller files."),
        format!("Il file contiene più di {most} valori. Dividilo in file più piccoli."),
    )
}

/// What is said of a line that is no JSON object.
#[must_use]
pub fn not_json(line: i64) -> (String, String) {
    (format!("Line {line} is no JSON object."), format!("La riga {line} non è un oggetto JSON."))
}

/// What is said of a line that has more cells than there are columns.
#[must_use]
pub fn too_many_cells(cells: usize, columns: usize) -> (String, String) {
    (
        format!("{cells} cells for {columns} columns: a separator within a value moves all that follow. Put that value in quotation marks."),
        format!("{cells} celle per {columns} colonne: un separatore dentro un valore sposta i successivi. Metti quel valore tra virgolette."),
    )
}
