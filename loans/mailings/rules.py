"""What the region voted about mailings. Pure: no base, no clock."""

from loans.enums import MailingKind
from programmes.rule_tree.signing import Signature as SignatureRules


def needs_second_person(messages_count: int, rules: SignatureRules) -> bool:
    """From the voted size, two people look at the preview before anything leaves (trust 58)."""
    return messages_count >= rules.second_person_from


def leaves_by_itself(kind: str, messages_count: int, rules: SignatureRules) -> bool:
    """Reminders follow a mailing that was approved; what is small needs nobody; a mass waits for two people."""
    return kind == MailingKind.REMINDER or not needs_second_person(messages_count, rules)
