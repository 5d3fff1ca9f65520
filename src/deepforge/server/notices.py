"""Notices: pages that say why there is nothing to see, and what to do."""

from __future__ import annotations

from starlette.responses import Response

from deepforge.server.rendering import page

NOTICES: dict[int, tuple[str, str, str]] = {
    401: (
        "Sign in",
        "This server wants to know who you are. A link that it prints signs your browser in.",
        "deepforge start",
    ),
    403: ("Not allowed", "You may not see this.", ""),
    404: ("Nothing here", "There is no such page. What it showed may have been removed.", ""),
    410: ("This link is used up", "A link to sign in works once, and only for a minute.", "deepforge start"),
    421: (
        "Wrong address",
        "This server does not answer to that name. Use the link that it printed.",
        "deepforge start",
    ),
    422: ("Nothing here", "The address is not one that this server made.", ""),
}
OTHER = (
    "That did not work",
    "The server could not show this page. Its log, server.log, has the details.",
    "",
)


def refusal(status: int) -> Response:
    """A page instead of what was asked for."""
    title, words, command = NOTICES.get(status, OTHER)
    return notice(status, title, words, command)


def notice(status: int, title: str, words: str, command: str) -> Response:
    """A page that says why there is nothing to see."""
    return page("notice.html", status=status, title=title, words=words, command=command, onward="")


def entered(onward: str) -> Response:
    """The page after signing in, which goes on by itself to a page of this server."""
    return page("notice.html", title="Signed in", words="Opening DeepForge.", command="", onward=onward)
