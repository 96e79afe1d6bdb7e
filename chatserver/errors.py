"""Why the server says no. The code is stable, the sentence is for a person who can act on it."""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818  refusals are named by what is the case
    """The root. `field` names the part of the command that is at fault, where one is."""

    code: ClassVar[str] = "refused"
    sentence: ClassVar[str] = "The server does not do that."

    def __init__(self, field: str | None = None) -> None:
        super().__init__(self.sentence if field is None else f"{self.sentence} ({field})")
        self.field = field


class Malformed(Refusal):
    code = "malformed"
    sentence = "This request does not have the form that the server expects."


class SessionExpired(Refusal):
    code = "session_expired"
    sentence = "You are not logged in any more. Please log in again; what you typed is still here."


class WrongCredentials(Refusal):
    """The same for a name that nobody has."""

    code = "wrong_credentials"
    sentence = "User name and password do not belong together."


class LogInBegunAnew(Refusal):
    """The ticket between password and second factor is used, too old, or never was."""

    code = "log_in_begun_anew"
    sentence = "This has taken too long or was used already. Please begin again with your password."


class SecondFactorWrong(Refusal):
    code = "second_factor_wrong"
    sentence = "This code is not right. Please take the one that your app shows now, or one of your spare codes."


class ProviderAway(Refusal):
    """The identity provider does not answer, or not as one."""

    code = "provider_away"
    sentence = "The sign-in of your organisation cannot be reached right now. Please use your password, or try later."


class ProviderRefused(Refusal):
    """What came from the identity provider is not what was asked for. Which part of it is nobody's business outside."""

    code = "provider_refused"
    sentence = "The sign-in of your organisation did not work. Please begin again, or use your password."


class IdentityNotLinked(Refusal):
    """The provider vouches for somebody whose account here, if there is one, nobody has linked with that identity."""

    code = "identity_not_linked"
    sentence = (
        "No account here is linked with this identity. Please log in with your password, and link it on the page of "
        "your account."
    )


class IdentityTaken(Refusal):
    code = "identity_taken"
    sentence = "This identity opens another account here already."


class FactorUnreadable(Refusal):
    """An app's secret that another `server.secret` sealed: a backup was restored in part, or the file replaced."""

    code = "factor_unreadable"
    sentence = (
        "This server can no longer check the codes of your app. Please take a passkey or a spare code, "
        "and tell whoever runs this server."
    )


class CodeUsed(Refusal):
    """What somebody has watched being typed must not open again."""

    code = "code_used"
    sentence = "This code was used already. Please wait for the next one, at most half a minute."


class CodeClockWrong(Refusal):
    code = "code_clock_wrong"
    sentence = (
        "This code belongs to another time: the clock of the device with your app is wrong. "
        "Please let it set its time by itself, and take the next code."
    )


class PasskeyRefused(Refusal):
    """Of another site, for another question, with another key, or no passkey at all."""

    code = "passkey_refused"
    sentence = "This passkey does not belong to this page or to you. Please take another one, or a code."


class StepUpRequired(Refusal):
    """An open page must not suffice for what nobody else is to do in somebody's name."""

    code = "step_up_required"
    sentence = "Please show your second factor once more before this."


class LastFactor(Refusal):
    code = "last_factor"
    sentence = "This is your only second factor. Please set up another one first."


class FactorsFull(Refusal):
    code = "factors_full"
    sentence = "There are ten second factors already. Please remove one first."


class AccountDeleted(Refusal):
    """Said after the right password only: a backup brought the account back, but not the share that opened it (T37)."""

    code = "account_deleted"
    sentence = "This account was deleted. Nothing of it can be opened any more."


class NotFound(Refusal):
    """Not there, or not the asker's: nobody learns which."""

    code = "not_found"
    sentence = "There is nothing here by that name."


class NameTaken(Refusal):
    code = "name_taken"
    sentence = "Somebody else has this name already. Please choose another one."


class PasswordSuiteUnknown(Refusal):
    code = "password_suite_unknown"
    sentence = "The server does not accept these password parameters. Please reload the page."


class TicketInvalid(Refusal):
    code = "ticket_invalid"
    sentence = "This has taken too long or was used already. Please send it again."


class EffortMissing(Refusal):
    """Very many come at once, and this browser has not computed what its ticket asks for."""

    code = "effort_missing"
    sentence = "Very many people are writing right now, so the browser has to compute a little first. Reload the page."


class VaultConflict(Refusal):
    code = "vault_conflict"
    sentence = "Another page of yours has saved something in the meantime. Please try again."


class PostalCodeInvalid(Refusal):
    code = "postal_code_invalid"
    sentence = "A postal code has five digits and belongs to a place in Germany."


class TopicUnknown(Refusal):
    code = "topic_unknown"
    sentence = "This topic is not one of those offered. Please choose one from the list."


class TopicNotOffered(Refusal):
    code = "topic_not_offered"
    sentence = "Nobody here offers advice on this topic for your postal code at the moment."


class EnquiryTaken(Refusal):
    code = "enquiry_taken"
    sentence = "A colleague has taken this enquiry already."


class ContestedAlready(Refusal):
    """Once for each promise: what is written besides asks again anyway."""

    code = "contested_already"
    sentence = "You have said this of that answer before. Please write what is still missing."


class NothingWaits(Refusal):
    code = "nothing_waits"
    sentence = "Nobody waits for an answer here."


class WaivedBefore(Refusal):
    """A coordinator has put it back: it is to be answered."""

    code = "waived_before"
    sentence = "A coordinator has decided that this is to be answered."


class HandedOnBefore(Refusal):
    """From another page, or by somebody else in the same account."""

    code = "handed_on_before"
    sentence = "You have taken this conversation to another agency already. You find it among your conversations."


class WriterBlocked(Refusal):
    code = "writer_blocked"
    sentence = "You cannot write to this agency any more. In an emergency please call one of the numbers on this page."


class ConsentMissing(Refusal):
    """Never given, withdrawn, or given to other words than those of today."""

    code = "consent_missing"
    sentence = "Please agree first to how what you write is used; the words are under your account. Nothing was sent."


class InvitationInvalid(Refusal):
    """The same for one that never was: nobody learns which."""

    code = "invitation_invalid"
    sentence = "This link is not valid any more: it has been used, withdrawn, or its time is over."


class RosterInconsistent(Refusal):
    code = "roster_inconsistent"
    sentence = "This roster does not fit the people and keys that the agency has."


class NeedsAnotherCoordinator(Refusal):
    code = "needs_another_coordinator"
    sentence = "Another coordinator of the agency has to do this: somebody must always be there who keeps the roster."


class AgencyNameTaken(Refusal):
    code = "agency_name_taken"
    sentence = "There is an agency of this name already."


class LadderInvalid(Refusal):
    code = "ladder_invalid"
    sentence = "Each of these hours has to be later than the one before, and all of them before the promise is over."


class TermsInvalid(Refusal):
    code = "terms_invalid"
    sentence = "These hours or this promise cannot be kept. Please look at the field that is named."


class PlaceInvalid(Refusal):
    code = "place_invalid"
    sentence = "This place cannot be kept like that. Please look at the field that is named."


class PlacesFull(Refusal):
    code = "places_full"
    sentence = "There are very many places already. Please close one of them first."


class ProfileInvalid(Refusal):
    code = "profile_invalid"
    sentence = "Something in these details does not fit. Nothing was changed."


class ProfileChanged(Refusal):
    code = "profile_changed"
    sentence = "Somebody else has changed these details meanwhile. Please look at them again; nothing was overwritten."


class TermsChanged(Refusal):
    code = "terms_changed"
    sentence = "Somebody else has changed these terms meanwhile. Please look at them again; nothing was overwritten."


class HoursChanged(Refusal):
    """Another device was quicker."""

    code = "hours_changed"
    sentence = "Your hours were changed elsewhere meanwhile. Please look at them again; nothing was overwritten."


class HoursOverlap(Refusal):
    code = "hours_overlap"
    sentence = "These hours overlap with others of the same day. Please change the others, or make one block of both."


class HoursNever(Refusal):
    """The clock jumps over them, or no such weekday lies between the first and the last day."""

    code = "hours_never"
    sentence = "These hours would never come: the clock skips them, or there is no such day in that time."


class HoursFull(Refusal):
    code = "hours_full"
    sentence = "So many hours cannot be kept. Please remove some that are not needed any more."


class KindInvalid(Refusal):
    code = "kind_invalid"
    sentence = "This kind of appointment cannot be kept like this. Please check the numbers."


class AbsenceOver(Refusal):
    code = "absence_over"
    sentence = "That time is over already. Please choose an end that is still to come."


class AbsencesFull(Refusal):
    code = "absences_full"
    sentence = "Many absences are entered already. Please end or remove one of them first."


class SubstituteUnfit(Refusal):
    """They have left since, hold no duty key, work elsewhere, or are the absent person."""

    code = "substitute_unfit"
    sentence = "This colleague cannot stand in here. Please choose another one, or nobody."


class AssigneeUnfit(Refusal):
    """They have left since, hold no duty key, work elsewhere, have it already, or the client has removed them."""

    code = "assignee_unfit"
    sentence = "This colleague cannot take this over. Please ask another one."


class AssigneeAway(Refusal):
    code = "assignee_away"
    sentence = "This colleague is away at the moment. Please ask somebody who is there."


class AssignmentOutdated(Refusal):
    """Another coordinator was quicker, or it was taken meanwhile."""

    code = "assignment_outdated"
    sentence = "Somebody else has asked a colleague meanwhile, or it was taken. Please look at the board again."


class NobodyMayStepIn(Refusal):
    code = "nobody_may_step_in"
    sentence = "The client wants nobody else to read along here. Only their own counsellor can answer."


class NotOpenYet(Refusal):
    code = "not_open_yet"
    sentence = "The live chat opens ten minutes before the appointment."


class GroupInvalid(Refusal):
    code = "group_invalid"
    sentence = "A group has a title, rules and one of the agency's rooms."


class GroupNameInvalid(Refusal):
    code = "group_name_invalid"
    sentence = "Please choose a name of 2 to 40 characters for this group."


class GroupNameTaken(Refusal):
    """Also for the counsellor's own: nobody is to be taken for them."""

    code = "group_name_taken"
    sentence = "Somebody in this group has that name already. Please choose another one."


class CallNotOpen(Refusal):
    """Nobody may be rung up out of the blue."""

    code = "call_not_open"
    sentence = "There is no video appointment and no live chat in this conversation right now, so nobody can be called."


class CallsNotSetUp(Refusal):
    """Without a relay each side would have to learn the other's address (T48)."""

    code = "calls_not_set_up"
    sentence = "Voice and video are not set up here: the operator has to name a relay (turn_urls, turn_secret)."


class OthersOutOfReach(Refusal):
    """Signals are not kept: said into the dark, they are lost."""

    code = "others_out_of_reach"
    sentence = "The other side cannot be reached for a call at the moment. Writing goes on as always."


class TooManyFiles(Refusal):
    """Of one person: unfinished at the same time, or within a day."""

    code = "too_many_files"
    sentence = "Those are too many files for the moment. Please send this one later."


class RoomFull(Refusal):
    code = "room_full"
    sentence = "This conversation has no room for another file."


class AttachmentConflict(Refusal):
    code = "attachment_conflict"
    sentence = "Other bytes lie here under this name already. Please begin the upload anew."


class AttachmentIncomplete(Refusal):
    code = "attachment_incomplete"
    sentence = "Parts of this file are still missing."


class MailAddressInvalid(Refusal):
    code = "mail_address_invalid"
    sentence = "This does not look like a mail address, such as name@example.org. Please check it."


class MailCodeWrong(Refusal):
    """The same for one that was right once: nobody learns which."""

    code = "mail_code_wrong"
    sentence = "This code is not right, or its time is over. Please look again, or ask for another one."


class CalendarUnreadable(Refusal):
    code = "calendar_unreadable"
    sentence = "This is not a calendar that can be read here. It has to be an iCalendar file (.ics)."


class CalendarTooLarge(Refusal):
    code = "calendar_too_large"
    sentence = "This calendar is too large. Please export a shorter time, such as the coming year."


class CalendarTooComplex(Refusal):
    """Working it out takes longer than anybody's calendar does."""

    code = "calendar_too_complex"
    sentence = "The rules in this calendar take too long to work out. Please export a shorter time, or only a part."


class CalendarAddressInvalid(Refusal):
    code = "calendar_address_invalid"
    sentence = "This has to be an address that begins with https:// or webcal:// and is there for everybody."


class ImportsFull(Refusal):
    code = "imports_full"
    sentence = "You have as many other calendars here as there can be. Please remove one first."


class TooManyRequests(Refusal):
    code = "too_many_requests"
    sentence = "That was tried too often from here. Please wait a while and try again."


class TooBusy(Refusal):
    code = "too_busy"
    sentence = "Too many people are at it right now. Please try again in a moment."


class OriginRefused(Refusal):
    code = "origin_refused"
    sentence = "This request came from another page than this server's own."


class UnsupportedMediaType(Refusal):
    code = "unsupported_media_type"
    sentence = "The server expects application/json here, or application/octet-stream for a part of a file."


class BodyTooLarge(Refusal):
    code = "body_too_large"
    sentence = "That is larger than the server accepts."


class RequestTimeout(Refusal):
    code = "request_timeout"
    sentence = "The request took too long to arrive. Please try again."


class MethodNotAllowed(Refusal):
    code = "method_not_allowed"
    sentence = "This address does not know that method."


class Unavailable(Refusal):
    code = "unavailable"
    sentence = "The server cannot reach its database right now. Nothing typed is lost; please try again."


class Internal(Refusal):
    code = "internal"
    sentence = "Something went wrong in the server. Nothing typed is lost; please try again."
