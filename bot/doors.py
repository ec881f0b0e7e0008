"""The doors of a service: the routes by which chats, schools, staff and commands come in."""

from __future__ import annotations

from starlette.routing import BaseRoute

from bot.handlers.calendars import CalendarDoor
from bot.handlers.figures import FiguresDoor
from bot.handlers.internal import BackDoor
from bot.handlers.register_api import RegisterDoor
from bot.handlers.staff_pages import House
from bot.handlers.staff_pages_routes import staff_routes
from bot.rules.register_keys import RegisterKey
from bot.service import Service
from storage.timed import TimedDatabase


def chat_routes(service: Service) -> list[BaseRoute]:
    """Name the routes Telegram calls; none where updates are fetched."""
    brought = (ear.door for ear in service.ears if ear.mode == "webhook")
    return [route for door in brought for route in door.routes()]


def figures(service: Service, token: str) -> list[BaseRoute]:
    """Name the route of the figures."""
    return [*FiguresDoor(service.figures, token).routes()]


def staff_page(service: Service, public_url: str = "", *, demo: bool = False) -> list[BaseRoute]:
    """Name the routes of the signed-in staff page."""
    database = TimedDatabase(service.database, service.counters.turns.add)
    wake = service.dispatcher.wake
    return staff_routes(House(database, service.taskforce, service.now, wake, public_url, demo))


def register_door(service: Service, keys: tuple[RegisterKey, ...]) -> list[BaseRoute]:
    """Name the routes that schools' own systems bring registers to."""
    database = TimedDatabase(service.database, service.counters.turns.add)
    wake = service.dispatcher.wake
    return [*RegisterDoor(keys, database, service.taskforce, service.now, wake).routes()]


def calendar_door(service: Service) -> list[BaseRoute]:
    """Name the routes at which calendars of staff and families read visits."""
    return [*CalendarDoor(service.database, service.taskforce, service.now).routes()]


def back_door(service: Service, key: str) -> list[BaseRoute]:
    """Let commands on this machine hand their work to the service, if they hold the key."""
    if not key:
        return []
    door = BackDoor(key, service.database, service.taskforce, service.now, service.dispatcher.wake)
    return [*door.routes()]
