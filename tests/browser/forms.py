"""What people do on our pages, as helpers of the browser tests."""

from playwright.sync_api import Frame, Page


def choose(page: Page | Frame, name: str, value: str) -> None:
    """Press the visible label of a choice, as a finger does; the radio button is beneath it."""
    page.locator(f'label:has(input[name="item-{name}"][value="{value}"])').click()


def fill_in(page: Page | Frame, text: str = "") -> None:
    """A whole answer on the article's page, with a text that may be published."""
    choose(page, "credible", "2")
    choose(page, "relevant", "4")
    if text:
        page.fill("textarea", text)
        page.check("#id_consent_publication")
    page.check("#id_consent_counting")


def send(page: Page) -> None:
    """Send it, and wait for the page that follows."""
    with page.expect_navigation():
        page.locator("#response-form button").click()


def sign_in(page: Page, name: str) -> None:
    page.fill("#id_username", name)
    page.fill("#id_password", "secret")
    page.locator('[type="submit"]').click()
    page.wait_for_load_state()
