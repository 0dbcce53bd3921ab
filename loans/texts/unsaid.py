"""What the rules decide and the convention leaves out, and why; and what the text promises that people carry out.

A test walks the whole rule tree: each rule changes the text or stands here. A new rule that does neither turns it red:
either write the clause, or write here why a family does not sign it. A path covers all that is under it.
"""

PUPIL = (
    "Décide qui est équipé : la convention nomme l’élève, dont le droit a déjà été reconnu et se lit à côté."
)
SENDING = "Règle l’envoi et les rappels, avant que la convention engage : les messages le disent."
SCHOOL = "Entre la collectivité, l’établissement et le prestataire."
WATCH = "Repère interne : n’ouvre ni ne ferme aucun droit."
AID = "Fixé par la décision d’aide, écrite à part."
FILES = "Règle la lecture des fichiers d’élèves."

NOT_IN_THE_CONVENTION = {
    "population": PUPIL,
    "means.free_if": AID,
    "means.min_aid_amount": AID,
    "means.full_price_amount": AID,
    "means.bands": AID,
    "signature.link_validity_days": SENDING,
    "signature.reminders_after_days": SENDING,
    "signature.reminders_at_most": SENDING,
    "signature.second_person_from": SENDING,
    "signature.messages_per_minute": SENDING,
    "signature.quiet_from": SENDING,
    "signature.quiet_until": SENDING,
    "signature.one_time_code": SENDING,
    "signature.paper_after_days": SENDING,
    "signature.paper_at_once_without_email": SENDING,
    "signature.languages": "Langues des résumés et des pages : le texte officiel est français.",
    "gate": SCHOOL,
    "replan": SCHOOL,
    "absence": SCHOOL,
    "midyear": SCHOOL,
    "repair.warranty_years": "Entre la collectivité et le fabricant : la famille a les réparations écrites au texte.",
    "repair.sla_working_days": "Délai demandé au prestataire, suivi par la collectivité.",
    "theft_loss.review_after_count": WATCH,
    "departure.absences_before_left": FILES,
    "departure.feed_drop_guard": FILES,
    "end_of_cycle.default": "La même chose que « fin de la scolarité » parmi les départs, que le texte dit.",
    "end_of_cycle.wipe_proof": SCHOOL,
    "spare.pool_share": WATCH,
    "spare.alert_count": WATCH,
    "support.schools": "Ce numéro n’est jamais donné aux familles.",
    "support.overflow_to_families": SCHOOL,
    "support.first_answer_hours": WATCH,
    "support.resolution_hours": WATCH,
    "inclusion": "Un prêt à part, avec son propre papier.",
    "scale": WATCH,
    "imports": FILES,
    "privacy.raw_files_days": "Fichiers de l’établissement, effacés bien avant ce que le texte annonce.",
    "privacy.access_log_days": "Journal des lectures : il protège la famille, sans rien lui demander.",
}

BY_PEOPLE = {
    "tenure": "Dit, en droit, ce qui est donné, et qui choisit : décidé avant la campagne.",
    "signer.minor": "L’assistance et l’établissement recueillent les autres signatures.",
    "means.required": "L’instruction des aides n’est pas encore dans le portail.",
    "means.application_needed": "L’instruction des aides n’est pas encore dans le portail.",
    "repair.original_box_required": "Un conseil à la famille ; l’assistance s’en sert au téléphone.",
    "repair.substitute": "L’assistance prête l’ordinateur de remplacement.",
    "repair.returned_via": "Le prestataire réexpédie.",
    "spare.substitute_days": "L’assistance en convient avec la famille.",
    "theft_loss.report_deadline_days": "L’assistance le rappelle ; une déclaration tardive est lue par une personne.",
    "theft_loss.replacement_via": "Le prestataire réexpédie.",
    "accessories": "Le prestataire prépare le colis ; le portail coche ce qui revient.",
    "insurance": "La caution et l’assurance se règlent hors du portail.",
    "depreciation": "La collectivité calcule la somme ; le comptable public émet le titre.",
    "departure.school_may_ask_label": "L’assistance ouvre le retour quand l’établissement le demande.",
    "departure.channel": "Le prestataire choisit l’étiquette.",
    "departure.freight_paid_by": "L’étiquette est prépayée ou non.",
    "return.reminders_after_days": "La collectivité écrit.",
    "return.formal_notice_after_days": "La collectivité écrit.",
    "return.bill_after_days": "Le comptable public émet le titre.",
    "return.late_fee_amount": "Le comptable public émet le titre.",
    "return.missing_items_billed": "Le comptable public émet le titre ; le portail dit ce qui manque.",
    "return.wipe_required": "Le prestataire efface.",
    "end_of_cycle": "La campagne de fin de scolarité est conduite par la collectivité.",
    "privacy": "La collectivité lance l’effacement.",
}


def reason_unsaid(path: str) -> str:
    """Why this rule is not in the convention; "" when it should be."""
    return _covering(NOT_IN_THE_CONVENTION, path)


def carried_out_by_people(path: str) -> str:
    """Who carries out what the text says of this rule, when the portal itself does not; "" when it does."""
    return _covering(BY_PEOPLE, path)


def _covering(table: dict[str, str], path: str) -> str:
    while path:
        if path in table:
            return table[path]
        path = path.rpartition(".")[0]
    return ""
