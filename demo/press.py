"""The invented outlets of the demonstration: who they are, in which shape they publish, and which of them misbehave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shape = Literal["rss", "rss-full", "atom", "rdf", "json"]
Layout = Literal["wordpress", "handmade"]
Behaviour = Literal["sound", "broken", "slow"]


@dataclass(frozen=True, slots=True)
class Outlet:
    """One invented outlet.

    `shape` is its feed's format (`rss-full` and `json` carry whole articles, the others an extract), `layout` its
    pages'. `encoding` is used for feed and pages alike and declared in both.
    """

    id: str
    name: str
    country: str
    shape: Shape
    layout: Layout
    feed_path: str
    encoding: str = "utf-8"
    behaviour: Behaviour = "sound"


OUTLETS = (
    Outlet("gazette", "La Gazette du Code", "FR", "rss", "wordpress", "/feed/"),
    Outlet("filcapital", "Fil Capital", "FR", "atom", "handmade", "/atom.xml"),
    Outlet("machines", "Le Courrier des machines", "FR", "rdf", "handmade", "/rss/une.rdf", encoding="iso-8859-1"),
    Outlet("donnetech", "Donne Tech", "FR", "json", "wordpress", "/feed.json"),
    Outlet("quai", "Le Quai de Montréal", "CA-QC", "rss-full", "wordpress", "/feed/"),
    Outlet("leman", "Léman Éco", "CH", "atom", "handmade", "/fil.atom"),
    Outlet("carthage", "Carthage Numérique", "TN", "rss", "handmade", "/rss.xml"),
    Outlet("panneau", "Le Panneau", "FR", "rss", "wordpress", "/feed/", behaviour="broken"),
    Outlet("lenteur", "La Lenteur", "BE", "rss", "handmade", "/rss.xml", behaviour="slow"),
)

GONE = "avocats-chatgpt"  # listed by its feed, but its page answers 410
UNLINKED_IN = "carthage"  # this outlet's feed has an item without a link
