"""What happens to laptops once they are lent: breakdowns, a theft, questions, laptops coming back."""

from datetime import date, timedelta
from io import BytesIO

from accounts.models import User
from config.demo.calendar import at
from config.demo.region import DemoRegion
from loans.models import Loan
from schools.models import Pupil
from support.enums import Channel, ReturnState, TicketKind
from support.interventions import (
    confirm_receipt,
    finish_repair,
    grant_repair,
    grant_replacement,
    receive_at_workshop,
    refuse,
    replace_device,
)
from support.models import DeviceReturn, Ticket
from support.returns import inspect_return, mark_in_transit, receive_return, send_label
from support.theft import record_police_report
from support.tickets import assign, note, open_ticket, reply, reply_and


QUESTIONS = (
    (
        TicketKind.SIGNATURE,
        "Le lien ne s’ouvre pas",
        "Bonjour, le lien reçu affiche une page vide sur mon téléphone.",
    ),
    (
        TicketKind.SOFTWARE,
        "Le Wi-Fi du lycée est refusé",
        "Depuis lundi l’ordinateur ne voit plus le réseau du lycée.",
    ),
    (
        TicketKind.ACCOUNT,
        "Ordinateur bloqué au démarrage",
        "Il demande un code que mon fils n’a jamais reçu.",
    ),
    (TicketKind.CHARGER, "Chargeur qui ne charge plus", "Le voyant reste éteint, sur plusieurs prises."),
    (
        TicketKind.DELIVERY,
        "Absente le jour de la livraison",
        "Ma fille était malade : quand aura-t-elle le sien ?",
    ),
    (TicketKind.SOFTWARE, "Clavier en anglais", "Après la mise à jour, les lettres A et Q sont inversées."),
)


class Helpdesk:
    """Tickets of the demo, told by days counted from the first delivery."""

    def __init__(self, region: DemoRegion, agent: User, warehouse: User, bursar: User) -> None:
        self.region, self.agent, self.warehouse, self.bursar = region, agent, warehouse, bursar

    def borrowers(self, rank: int) -> list[Pupil]:
        """Pupils of a school who have a laptop, in the order of its class lists."""
        loans = Loan.objects.open().main().filter(convention__enrolment__school=self.region.school(rank))
        return [loan.pupil for loan in loans.select_related("pupil").order_by("pupil__search_key")]

    def ask(
        self, pupil: Pupil, kind: str, subject: str, body: str, day: date, hour: int = 10, by=None
    ) -> Ticket:
        channel = Channel.PORTAL if by else Channel.PHONE
        return open_ticket(
            campaign=self.region.campaign,
            kind=kind,
            subject=subject,
            body=body,
            channel=channel,
            pupil=pupil,
            by=by or self.agent,
            at=at(day, hour),
        )

    def break_and_repair(self, pupil: Pupil, day: date) -> None:
        """Repaired once, back with the pupil within the week; asked again, refused by the rule (N10)."""
        ticket = self.ask(pupil, TicketKind.BREAKDOWN, "L’écran reste noir", "Plus rien ne s’affiche.", day)
        intervention = grant_repair(ticket=ticket, by=self.agent, at=at(day, 11))
        receive_at_workshop(
            intervention=intervention,
            diagnosis="Nappe d’écran débranchée.",
            by=self.warehouse,
            at=at(day, 15),
        )
        finish_repair(intervention=intervention, by=self.warehouse, at=at(day + timedelta(days=1), 16))
        confirm_receipt(ticket=ticket, by=self.agent, at=at(day + timedelta(days=2), 9))
        again = self.ask(
            pupil, TicketKind.BREAKAGE, "Écran fêlé", "Tombé du sac dans le car.", day + timedelta(days=3)
        )
        refuse(ticket=again, by=self.agent, at=at(day + timedelta(days=3), 14))

    def break_and_wait(self, pupil: Pupil, day: date) -> None:
        """At the workshop today, with a diagnosis."""
        ticket = self.ask(
            pupil,
            TicketKind.BREAKAGE,
            "Charnière cassée",
            "L’écran ne tient plus ouvert ; l’élève continue avec un poste du CDI.",
            day,
            by=self.bursar,
        )
        assign(ticket=ticket, to=self.agent, by=self.agent, at=at(day, 11))
        intervention = grant_repair(ticket=ticket, by=self.agent, at=at(day, 11, 5))
        receive_at_workshop(
            intervention=intervention,
            diagnosis="Charnière gauche à remplacer, pièce commandée.",
            by=self.warehouse,
            at=at(day + timedelta(days=1), 9),
        )

    def break_and_swap(self, pupil: Pupil, day: date) -> None:
        """Beyond repair: an identical laptop instead, once."""
        ticket = self.ask(
            pupil, TicketKind.BREAKAGE, "Liquide renversé", "L’ordinateur ne s’allume plus.", day
        )
        intervention = grant_repair(ticket=ticket, by=self.agent, at=at(day, 12), kind="replacement")
        receive_at_workshop(
            intervention=intervention, diagnosis="Carte mère oxydée.", by=self.warehouse, at=at(day, 17)
        )
        replace_device(intervention=intervention, by=self.warehouse, at=at(day + timedelta(days=1), 10))

    def steal(self, pupil: Pupil, day: date, *, reported: bool) -> None:
        """Stolen: replaced once the police report is here; another waits for its report (N11)."""
        ticket = self.ask(pupil, TicketKind.THEFT, "Ordinateur volé", "Volé dans le bus hier soir.", day)
        if not reported:
            return
        scan = BytesIO(b"%PDF-1.4 demo")
        scan.name = "depot-de-plainte.pdf"
        record_police_report(
            ticket=ticket,
            number="2026/01734",
            filed_on=day,
            office="Commissariat de démonstration",
            upload=scan,
            by=self.agent,
            at=at(day, 16),
        )
        granted = grant_replacement(ticket=ticket, by=self.agent, at=at(day + timedelta(days=1), 9))
        replace_device(intervention=granted, by=self.warehouse, at=at(day + timedelta(days=1), 9, 30))

    def questions(self, pupils: list[Pupil], day: date) -> None:
        """Questions of all sorts: some answered, some solved, some new this morning."""
        for rank, (kind, subject, body) in enumerate(QUESTIONS):
            ticket = self.ask(pupils[rank % len(pupils)], kind, subject, body, day, hour=8 + rank)
            if rank % 3 == 0:
                assign(ticket=ticket, to=self.agent, by=self.agent, at=at(day, 15))
                reply(
                    ticket=ticket,
                    body="Bonjour, pouvez-vous nous dire depuis quand ?",
                    by=self.agent,
                    at=at(day, 15, 5),
                )
            if rank % 3 == 1:
                note(
                    ticket=ticket,
                    body="Vu deux fois cette semaine au même lycée.",
                    by=self.agent,
                    at=at(day, 15, 30),
                )
                reply_and(
                    ticket=ticket,
                    body="Bonjour, c’est réparé : merci de votre patience.",
                    by=self.agent,
                    at=at(day, 16),
                    then="solve",
                )

    def send_labels(self, day: date) -> None:
        """One of the laptops to give back has its label, one is received and inspected."""
        due = list(DeviceReturn.objects.live().filter(state=ReturnState.DUE).order_by("pk"))
        for device_return in due[:2]:
            send_label(device_return=device_return, by=self.agent, at=at(day, 10))
        for device_return in due[:1]:
            mark_in_transit(device_return=device_return, by=self.agent, at=at(day, 12))
            receive_return(device_return=device_return, by=self.warehouse, at=at(day, 14))
            kit = [item.code for item in self.region.campaign.rule_tree.accessories.kit]
            inspect_return(
                device_return=device_return, present=kit, condition="good", by=self.warehouse, at=at(day, 15)
            )
