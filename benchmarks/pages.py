"""Press pages as the daily run meets them: an article in the middle of menus, related links, scripts and banners."""

from __future__ import annotations

import html
import json
import random
from pathlib import Path

CORPUS = Path(__file__).resolve().parent.parent / "tests" / "corpus" / "articles"
# One page in so many tells deals; the feeds of the press at large are no denser.
ONE_IN = 10

# Invented. What most of the press is about: people, places, dates, figures, now and then a sum, and no deal.
NEUTRAL = (
    "Le conseil municipal de Saint-Brieuc a examiné mardi soir le plan de circulation du centre-ville. Les commerçants "
    "de la rue Saint-Gouéno redoutent une baisse de fréquentation pendant les travaux, qui doivent durer jusqu'en mars. "
    "« Nous avons besoin de visibilité », résume Hélène Le Goff, fleuriste depuis vingt ans. La mairie promet un point "
    "d'étape tous les deux mois et une signalétique provisoire dès la semaine prochaine.",
    "À Lyon, la bibliothèque de la Part-Dieu rouvre ses portes après neuf mois de fermeture. Les visiteurs découvrent "
    "une salle de lecture agrandie, des rayonnages plus bas et un éclairage repensé. Les collections patrimoniales, "
    "elles, restent consultables sur rendez-vous. Près de 4 000 lecteurs étaient inscrits l'an dernier, un chiffre "
    "stable selon la direction, qui espère attirer davantage d'étudiants pendant les périodes d'examens.",
    "Le XV de France a longtemps tenu tête aux Irlandais avant de céder dans les dix dernières minutes. Menés 13 à 6 à "
    "la pause, les joueurs de Fabien Galthié ont pourtant réagi après l'heure de jeu grâce à un essai de Damian Penaud. "
    "« Il nous a manqué un peu de lucidité », a reconnu le capitaine Antoine Dupont au micro de France 2.",
    "Les agriculteurs de la Beauce surveillent le ciel. Après un mois d'avril très sec, les blés ont souffert et les "
    "rendements pourraient reculer de 12 % par rapport à la moyenne des cinq dernières années. La chambre d'agriculture "
    "d'Eure-et-Loir conseille de limiter les passages d'engins. Une réunion est prévue jeudi à Chartres avec la préfète.",
    "Des chercheurs de l'université de Grenoble ont observé pendant trois hivers le comportement des chamois du Vercors. "
    "Leurs résultats, publiés dans une revue internationale, montrent que les troupeaux évitent désormais les versants "
    "fréquentés par les skieurs de randonnée. Les auteurs recommandent des zones de quiétude, balisées de décembre à avril.",
    "La nouvelle version du téléphone de Samsung reprend le dessin de la précédente. L'écran gagne en luminosité, "
    "l'appareil photo promet de meilleurs clichés de nuit et la batterie tient une journée et demie dans nos essais. Le "
    "prix grimpe à 899 euros, soit 50 euros de plus que l'an dernier. Google et Apple préparent leur réponse pour l'automne.",
    "Le tribunal administratif de Nantes a suspendu l'arrêté préfectoral autorisant l'extension de la carrière. Les "
    "associations de riverains, qui dénonçaient l'absence d'étude d'impact, saluent une décision attendue. L'exploitant "
    "a quinze jours pour se pourvoir. Une centaine de salariés travaillent sur le site, ouvert en 1974.",
    "Au Festival d'Avignon, la metteuse en scène Julie Deliquet signe une adaptation sensible et drôle. Les comédiens "
    "occupent tout l'espace de la cour, jouent avec les pierres, le vent et les projecteurs. Le public, debout, a "
    "longuement applaudi la troupe. Les représentations se poursuivent jusqu'au 21 juillet, à 22 heures.",
    "Le déficit de la Sécurité sociale atteindrait 15 milliards d'euros cette année, selon le dernier rapport de la Cour "
    "des comptes. Les magistrats pointent la hausse des dépenses de soins de ville et demandent un meilleur suivi des "
    "arrêts maladie. Le gouvernement, par la voix du ministre des Comptes publics, assure que le redressement est engagé.",
    "Un incendie s'est déclaré dans la nuit de samedi à dimanche dans un entrepôt de la zone industrielle de Vénissieux. "
    "Soixante pompiers ont été mobilisés. Le feu était maîtrisé vers 5 heures et aucun blessé n'est à déplorer. Une "
    "enquête a été ouverte par le parquet de Lyon pour déterminer l'origine du sinistre.",
    "À l'école, l'intelligence artificielle divise les enseignants. Certains y voient un assistant pour préparer les "
    "cours, d'autres un risque de plagiat généralisé. « Il faut former avant d'interdire », plaide Karim Benali, "
    "professeur de mathématiques à Roubaix. Le ministère annonce un cadre d'usage pour la rentrée de septembre.",
    "La SNCF a présenté ses horaires d'été. Quarante trains supplémentaires relieront Paris à la côte atlantique chaque "
    "vendredi, et les liaisons de nuit vers Nice et Briançon seront doublées en août. Les associations d'usagers "
    "regrettent la suppression de deux arrêts en gare de Vierzon. Les billets sont en vente depuis lundi.",
)
_LINKS = (
    "Nos conseils pour un jardin économe en eau", "Météo : retour des orages ce week-end", "Les recettes de saison du chef",
    "Immobilier : les prix ville par ville", "Le portrait : une libraire au bout du monde", "Séries : que regarder ce soir",
    "Élections : le calendrier complet", "Transports : ce qui change au 1er juillet", "Santé : bien dormir en été",
)  # fmt: skip


def deal_articles() -> list[tuple[str, str]]:
    """Title and text of the corpus's articles."""
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(CORPUS.glob("*.json"))]
    return [(article["title"], article["text"]) for article in read]


def articles(count: int, seed: int = 7) -> list[tuple[str, str]]:
    """Title and text of `count` articles: one in `ONE_IN` tells deals, the others are 3 to 6 KB of neutral press."""
    chance = random.Random(seed)
    telling = deal_articles()
    chance.shuffle(telling)
    found = []
    for number in range(count):
        if number % ONE_IN == 0:
            found.append(telling[number // ONE_IN % len(telling)])
        else:
            paragraphs = chance.sample(NEUTRAL, chance.randint(7, len(NEUTRAL)))
            found.append((paragraphs[0].split(".")[0], "\n\n".join(paragraphs)))
    return found


def page(title: str, text: str, size: int, seed: int) -> bytes:
    """The article in a page of about `size` bytes: half of the rest is script and style, half links and teasers."""
    chance = random.Random(seed)
    body = "".join(f"<p>{html.escape(part)}</p>\n" for part in text.split("\n") if part.strip())
    menu = "".join(f'<li class="nav-item"><a href="/rubrique/{n}">Rubrique {n}</a></li>' for n in range(60))
    state = json.dumps({"items": [{"id": n, "score": chance.random()} for n in range(max(1, (size - 20_000) // 90))]})
    teasers: list[str] = []
    while sum(map(len, teasers)) < (size - 20_000) // 2:
        link = chance.choice(_LINKS)
        teasers.append(
            f'<article class="teaser"><a href="/article/{chance.randrange(10**6)}"><img src="/img/{chance.randrange(999)}.jpg"'
            f' alt="" loading="lazy" width="320" height="180"><h3>{link}</h3></a><span class="tag">À lire aussi</span></article>'
        )
    side, foot = "".join(teasers[::2]), "".join(teasers[1::2])
    return f"""<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{html.escape(title)} | La Gazette</title>
<meta property="og:title" content="{html.escape(title)}"><meta property="og:site_name" content="La Gazette">
<meta property="article:published_time" content="2025-06-18T08:00:00+02:00"><style>.nav-item{{float:left}}</style>
<script>window.__STATE__={state};</script></head><body>
<div id="cookie-banner" role="dialog"><p>Nous et nos partenaires utilisons des cookies pour mesurer l'audience.</p>
<button>Accepter</button><button>Refuser</button></div><header><nav><ul>{menu}</ul></nav></header>
<main><article><h1>{html.escape(title)}</h1><p class="byline">Par la rédaction, le 18 juin 2025</p>
{body}</article><aside class="related"><h2>À lire aussi</h2>{side}</aside></main>
<section class="most-read"><h2>Les plus lus</h2>{foot}</section>
<footer><ul>{menu}</ul><p>Mentions légales – Abonnements – Contact</p></footer></body></html>""".encode()
