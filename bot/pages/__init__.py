"""What is shown in a browser."""

from __future__ import annotations

from pathlib import Path

DEMO = Path(__file__).parent / "demo.html"
ASSETS = Path(__file__).parent / "assets"
