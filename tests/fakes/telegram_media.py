"""What people send beside words: one example of each kind, as it stands in a Message."""

from __future__ import annotations

from typing import Any


def file(kind: str, **more: Any) -> dict[str, Any]:
    """What every file has: an id for this bot, and one for all bots."""
    return {"file_id": f"AgACAgQAAxkB-{kind}", "file_unique_id": f"AQAD-{kind}", **more}


def picture(name: str = "photo") -> list[dict[str, Any]]:
    """A picture in two sizes."""
    sizes = (("small", 90, 67), ("large", 800, 600))
    return [file(f"{name}-{size}", width=w, height=h, file_size=w * h) for size, w, h in sizes]


PLACE = {"latitude": 54.5742, "longitude": -1.2348}
GIF = file("animation", width=320, height=240, duration=2, mime_type="video/mp4")
DOCUMENT = file("document", file_name="letter.pdf", mime_type="application/pdf", file_size=52_000)
STICKER = file(
    "sticker", type="regular", width=512, height=512, is_animated=False, is_video=False, emoji="👍"
)
POLL = {
    "id": "5467000000000000001",
    "question": "Which day?",
    "options": [
        {"persistent_id": "1", "text": "Mon", "voter_count": 0},
        {"persistent_id": "2", "text": "Tue", "voter_count": 0},
    ],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": True,
    "members_only": False,
}
# Some things come twice, so that older bots understand them.
MEDIA: dict[str, dict[str, Any]] = {
    "photo": {"photo": picture()},
    "voice": {"voice": file("voice", duration=4, mime_type="audio/ogg", file_size=9_000)},
    "audio": {"audio": file("audio", duration=180, mime_type="audio/mpeg", title="Song")},
    "video": {"video": file("video", width=640, height=480, duration=9, mime_type="video/mp4")},
    "video_note": {"video_note": file("video_note", length=240, duration=5)},
    "document": {"document": DOCUMENT},
    "animation": {"animation": GIF, "document": file("animation", mime_type="video/mp4")},
    "sticker": {"sticker": STICKER},
    "contact": {"contact": {"phone_number": "+447700900123", "first_name": "Leanne"}},
    "location": {"location": PLACE},
    "venue": {
        "venue": {"location": PLACE, "title": "Marlbridge Library", "address": "1 High Street"},
        "location": PLACE,
    },
    "poll": {"poll": POLL},
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    "story": {"story": {"chat": {"id": 5_000_000_001, "type": "private"}, "id": 3}},
    "live_photo": {"live_photo": file("live_photo", width=640, height=480, duration=2)},
    "game": {"game": {"title": "Game", "description": "A game.", "photo": picture("game")}},
}
