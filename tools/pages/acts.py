"""What leads to a state that has no address of its own: as a reader or an editor does it."""

from collections.abc import Callable

from playwright.sync_api import Page

# Past the page's script, which would send it again by itself.
NOT_STORED = """() => {
  const form = document.getElementById("response-form");
  form.action = form.action.replace("/responses/", "/not-stored/");
  form.submit();
}"""
MULTIPART = """() => {
  const form = document.getElementById("response-form");
  form.enctype = "multipart/form-data";
  form.submit();
}"""


def unfold(page: Page) -> None:
    _unfold(page, 200)


def unfold_two(page: Page) -> None:
    _unfold(page, 2)


def unfold_three(page: Page) -> None:
    _unfold(page, 3)


def _unfold(page: Page, number: int) -> None:
    for summary in page.locator("main summary:visible, #content summary:visible").all()[:number]:
        summary.click()


def send(page: Page) -> None:
    """Press the form's own button as it is: the server says what is missing."""
    page.locator("#response-form button").last.click()
    page.locator("#errors").wait_for()


def send_nothing(page: Page) -> None:
    send(page)


def answer(page: Page, text: str = "") -> None:
    for name, value in (("credible", "2"), ("relevant", "4")):
        page.locator(f'label:has(input[name="item-{name}"][value="{value}"])').click()
    page.check("#id_consent_counting")
    with page.expect_navigation():
        page.locator("#response-form button").last.click()


def withdraw(page: Page) -> None:
    answer(page)
    page.locator(".acts summary").click()
    with page.expect_navigation():
        page.locator("button.danger").click()


def withdraw_reply(page: Page) -> None:
    page.locator('[name="capacity"]').first.check(force=True)
    page.fill("#id_name", "Démonstration")
    page.fill("#id_contact", "–")
    page.fill("#id_text", "Une demande pour montrer la page : personne ne l’a écrite.")
    page.locator("#response-form [type=checkbox]").check()
    with page.expect_navigation():
        page.locator("#response-form button").last.click()
    page.locator("main details summary").last.click()
    with page.expect_navigation():
        page.locator("button.danger").click()


def send_file(page: Page) -> None:
    """Send the form as another kind of form, which is refused with a page of its own."""
    with page.expect_navigation():
        page.evaluate(MULTIPART)


def not_stored(page: Page) -> None:
    """Answer while the database takes nothing: `urls` has an address for that."""
    page.fill("textarea", "Un texte pour montrer la page : personne ne l’a écrit.")
    page.check("#id_consent_counting")
    with page.expect_navigation():
        page.evaluate(NOT_STORED)


def wrong_code(page: Page) -> None:
    page.fill("#code", "AAAA-BBBB")
    page.locator("#open-receipt button").click()
    page.locator("#code_error").wait_for()


def appeal(page: Page) -> None:
    """Contest with blanks alone."""
    page.locator("details.contest summary").click()
    page.fill("#appeal", "   ")
    page.locator("#appeal-form button").click()
    page.locator("#appeal_error").wait_for()


def sign_in_wrongly(page: Page) -> None:
    page.fill("#id_username", "nobody")
    page.fill("#id_password", "wrong")
    page.locator('[type="submit"]').click()
    page.locator("#sign-in-mistake").wait_for()


def begin_to_enrol(page: Page) -> None:
    with page.expect_navigation():
        page.locator("#content-main form button, #content-main form [type=submit]").first.click()


def import_nothing(page: Page) -> None:
    with page.expect_navigation():
        page.locator('#content-main form [type="submit"]').first.click()


def order_workbook(page: Page) -> None:
    page.check('[name="file_format"][value="xlsx"]')
    page.locator('.order input[type="submit"]').click()
    page.locator(".prepared li").first.wait_for()


def fault(name: str) -> Callable[[Page], None]:
    """A page for a fault, which nobody can bring about at will: `server` has it at an address."""

    def shown(page: Page) -> None:
        page.goto(f"{page.url}fault/{name}/")

    return shown
