//! Why somebody may do something, or may not: one sentence for each reason.

sentences! {
    /// The links of an explanation.
    Explanation {
        account_active: "The account is active." | "L’account è attivo.";
        account_pending: "The account still waits for its first admin." | "L’account attende ancora il suo primo amministratore.";
        account_deactivated: "The account is deactivated: its own users may do nothing in it." | "L’account è disattivato: i suoi utenti non possono farvi nulla.";
        account_deleted: "The account is deleted." | "L’account è eliminato.";
        switched_on: "The permission is in use." | "Il permesso è attivo.";
        switched_off: "The host has switched this permission off; a host admin can switch it on." | "L’host ha disattivato questo permesso; un amministratore dell’host può attivarlo.";
        access_none: "The person is a contact without access." | "La persona è un contatto senza accesso.";
        access_invited: "The person is invited and has not accepted yet." | "La persona è invitata e non ha ancora accettato.";
        access_active: "The person has access." | "La persona ha accesso.";
        suspended: "Their access is suspended." | "Il suo accesso è sospeso.";
        not_suspended: "Their access is not suspended." | "Il suo accesso non è sospeso.";
        granted: "It was granted to this person beyond the role." | "È stato concesso a questa persona oltre al ruolo.";
        not_granted: "It was not granted to this person beyond the role." | "Non è stato concesso a questa persona oltre al ruolo.";
        visible_to_everyone: "Everybody in the account sees it." | "Lo vedono tutti nell’account.";
        visible_to_assigned: "Only those it is assigned to see it." | "Lo vede solo chi ne ha l’assegnazione.";
        visible_to_admins: "Only admins see it." | "Lo vedono solo gli amministratori.";
        kind_reserved: "Only those who manage pixels and apps change this kind." | "Questo tipo è modificabile solo da chi gestisce pixel e app.";
        manages_all: "Whoever manages pixels and apps reaches every one." | "Chi gestisce pixel e app li raggiunge tutti.";
        assigned: "It is assigned to this person." | "È assegnato a questa persona.";
        not_assigned: "It is not assigned to this person." | "Non è assegnato a questa persona.";
    }
}

sentences! {
    /// `/accounts/{a}/users/{m}/permissions`.
    Permissions {
        title: "Permissions" | "Permessi";
        lead: "What this person may do here, and where it comes from." | "Che cosa può fare qui questa persona, e da che cosa deriva.";
        caption: "Permissions of this person" | "Permessi di questa persona";
        permission: "Permission" | "Permesso";
        may: "May" | "Consentito";
        source: "From" | "Deriva da";
        yes: "Yes" | "Sì";
        no: "No" | "No";
        by_role: "the role" | "ruolo";
        by_grant: "granted to this person" | "concesso a questa persona";
        by_host: "the host role" | "ruolo presso l’host";
        why: "Why" | "Perché";
        changers: "Who can change it" | "Chi può modificarlo";
        changers_none: "Nobody at the moment." | "Al momento nessuno.";
        off: "switched off by the host" | "disattivato dall’host";
        none: "This person has no access that counts at the moment: all of it waits until they come in again."
            | "Al momento questa persona non ha un accesso valido: tutto resta in attesa finché non potrà entrare.";
        see: "All permissions" | "Tutti i permessi";
    }
}

phrases! {
    permissions_of(name): "Permissions of {name}" | "Permessi di {name}";
    role_brings(role): "The role {role} brings this permission." | "Il ruolo {role} comprende questo permesso.";
    role_lacks(role): "The role {role} does not bring this permission." | "Il ruolo {role} non comprende questo permesso.";
    access_ends(when): "Their access ends {when}." | "Il suo accesso termina il {when}.";
    access_ended(when): "Their access ended {when}." | "Il suo accesso è terminato il {when}.";
    delegation_brings(role): "The account delegates to its host, and there this person is {role}: that brings it."
        | "L’account delega al suo host, e lì questa persona è {role}: il permesso ne deriva.";
    delegation_lacks(role): "The account delegates to its host, and there this person is {role}: that does not bring it."
        | "L’account delega al suo host, e lì questa persona è {role}: il permesso non ne deriva.";
    host_brings(role): "This person is {role} at the host: that brings it." | "Questa persona è {role} presso l’host: il permesso ne deriva.";
    host_lacks(role): "This person is {role} at the host: that does not bring it." | "Questa persona è {role} presso l’host: il permesso non ne deriva.";
}
