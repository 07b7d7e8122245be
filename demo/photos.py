"""Simple scenes drawn for the demo: plainly drawings, never mistaken for a photo of a real place."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import datetime

from PIL import ExifTags, Image, ImageDraw

from core.clock import local

SIZE = (960, 720)
WALL, FLOOR, SHADE, LINE = (236, 231, 219), (196, 188, 172), (214, 207, 192), (92, 96, 102)
METAL, WOOD, DEFECT, NEW = (120, 138, 150), (164, 122, 82), (170, 52, 40), (52, 132, 96)
GREEN, SKY, ROAD = (126, 158, 104), (206, 222, 232), (128, 128, 130)

Draw = ImageDraw.ImageDraw


def draw_scene(scene: str, *, fixed: bool, seed: int) -> Image.Image:
    """The scene with its defect, or put right; the seed shifts details so that no two are alike."""
    chance = random.Random(f"{scene}{seed}")
    image = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(image)
    SCENES[scene](draw, chance, fixed)
    draw.rectangle((0, 690, 960, 720), fill=(40, 44, 48))
    draw.text((16, 697), f"BIHUAN DEMO  {scene}-{seed:04d}  {'AFTER' if fixed else 'BEFORE'}", fill="white")
    return image


def encode(image: Image.Image, *, taken_at: datetime | None) -> bytes:
    """A JPEG as a phone writes it; without a moment, as one that was sent on by a chat program."""
    out = io.BytesIO()
    exif = Image.Exif()
    if taken_at is not None:
        tags = exif.get_ifd(ExifTags.IFD.Exif)
        tags[ExifTags.Base.DateTimeOriginal] = local(taken_at).strftime("%Y:%m:%d %H:%M:%S")
        tags[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
        exif[ExifTags.Base.Make] = "Bihuan Demo"
    image.save(out, "JPEG", quality=80, exif=exif)
    return out.getvalue()


def _room(draw: Draw) -> None:
    draw.rectangle((0, 0, 960, 500), fill=WALL)
    draw.polygon(((0, 720), (0, 560), (200, 480), (760, 480), (960, 560), (960, 720)), fill=FLOOR)
    draw.line((200, 480, 760, 480), fill=LINE, width=3)


def _yard(draw: Draw) -> None:
    draw.rectangle((0, 0, 960, 300), fill=SKY)
    draw.rectangle((0, 300, 960, 720), fill=GREEN)


def _crack(draw: Draw, chance: random.Random, start: tuple[int, int], length: int) -> None:
    points = [start]
    for _ in range(7):
        x, y = points[-1]
        points.append((x + chance.randint(-34, 34), y + length // 7))
    draw.line(points, fill=DEFECT, width=7)
    x, y = points[3]
    draw.line(((x, y), (x + chance.randint(30, 80), y + 40)), fill=DEFECT, width=4)


def _rail(draw: Draw, chance: random.Random, fixed: bool) -> None:
    _room(draw)
    for step in range(6):
        draw.rectangle((120 + step * 110, 640 - step * 56, 250 + step * 110, 720 - step * 50), fill=SHADE, outline=LINE)
    broken = chance.randint(2, 5)
    for bar in range(8):
        x, top = 150 + bar * 90, 470 - bar * 40
        lean = 40 if bar == broken and not fixed else 0
        draw.line((x, top, x + lean, top + 170), fill=DEFECT if lean else METAL, width=12)
    draw.line((130, 478, 800, 182), fill=NEW if fixed else METAL, width=18)


def _wall(draw: Draw, chance: random.Random, fixed: bool) -> None:
    _yard(draw)
    for row in range(7):
        for column in range(-1, 9):
            x, y = 60 + column * 110 + (row % 2) * 55, 210 + row * 56
            draw.rectangle((x, y, x + 106, y + 52), fill=(186, 140, 112), outline=SHADE)
    if fixed:
        draw.rectangle((330, 200, 620, 600), fill=(204, 198, 188), outline=NEW, width=6)
    else:
        _crack(draw, chance, (chance.randint(380, 560), 210), 380)


def _extinguisher(draw: Draw, chance: random.Random, fixed: bool) -> None:
    _room(draw)
    draw.rectangle((330, 170, 630, 520), fill=(222, 222, 222), outline=LINE, width=6)
    for n in range(2):
        if not fixed and n == chance.randint(0, 1):
            draw.rectangle((370 + n * 120, 240, 450 + n * 120, 500), outline=DEFECT, width=4)
            continue
        draw.rounded_rectangle((370 + n * 120, 260, 450 + n * 120, 500), 26, fill=(196, 40, 36))
        draw.ellipse((395 + n * 120, 300, 425 + n * 120, 330), fill=NEW if fixed else "gold", outline="white", width=3)
    if not fixed:
        draw.rectangle((300, 420, 560, 640), fill=WOOD, outline=LINE, width=4)


def _socket(draw: Draw, chance: random.Random, fixed: bool) -> None:
    _room(draw)
    x = chance.randint(360, 520)
    draw.rounded_rectangle((x, 220, x + 150, 340), 14, fill="white", outline=LINE, width=4)
    draw.ellipse((x + 50, 250, x + 62, 262), fill=LINE)
    draw.ellipse((x + 88, 250, x + 100, 262), fill=LINE)
    if fixed:
        draw.rectangle((x + 62, 340, x + 90, 520), fill=SHADE, outline=NEW, width=4)
        return
    for n in range(4):
        draw.line([(x + 75, 340), (x + chance.randint(-80, 200), 430), (x + chance.randint(-120, 260), 600)],
                  fill=(DEFECT, LINE, (40, 40, 40), WOOD)[n], width=7)  # fmt: skip


def _door(draw: Draw, chance: random.Random, fixed: bool) -> None:
    _room(draw)
    draw.rectangle((330, 130, 630, 560), fill=(150, 170, 156), outline=LINE, width=8)
    draw.line((480, 130, 480, 560), fill=LINE, width=6)
    draw.rectangle((400, 70, 560, 112), fill=NEW)
    if fixed:
        return
    draw.arc((440, 300, 520, 380), 0, 360, fill=DEFECT, width=12)
    for n in range(3):
        x = 300 + n * 110 + chance.randint(-12, 12)
        draw.rectangle((x, 500 - n * 26, x + 130, 640), fill=WOOD, outline=LINE, width=4)


def _kitchen(draw: Draw, chance: random.Random, fixed: bool) -> None:
    _room(draw)
    draw.rectangle((120, 380, 840, 620), fill=(206, 212, 216), outline=LINE, width=5)
    for n in range(3):
        x = 190 + n * 220
        draw.ellipse((x, 330, x + 150, 410), fill=(90, 94, 98), outline=LINE, width=4)
        draw.rectangle((x, 150, x + 150, 260), fill="white", outline=LINE, width=4)
        mark = NEW if fixed or n != chance.randint(0, 2) else DEFECT
        draw.line((x + 20, 200, x + 130, 200), fill=mark, width=10)
    if not fixed:
        draw.ellipse((chance.randint(200, 600), 540, 760, 680), outline=DEFECT, width=8)


def _window(draw: Draw, chance: random.Random, fixed: bool) -> None:
    _room(draw)
    draw.rectangle((260, 110, 700, 430), fill=SKY, outline=WOOD, width=18)
    draw.line((480, 110, 480, 430), fill=WOOD, width=12)
    if fixed:
        for n in range(5):
            draw.line((260, 160 + n * 60, 700, 160 + n * 60), fill=NEW, width=6)
    else:
        for n in range(4):
            draw.line((560, 260, 560 + chance.randint(-110, 120), 260 + (n * 90 - 150)), fill=DEFECT, width=5)


def _ground(draw: Draw, chance: random.Random, fixed: bool) -> None:
    _yard(draw)
    draw.ellipse((120, 430, 840, 690), fill=(188, 120, 92), outline="white", width=6)
    x = chance.randint(280, 560)
    lean = 0 if fixed else 60
    draw.line((x, 620, x + lean, 190), fill=METAL, width=16)
    draw.line((x + 170, 620, x + 170, 190), fill=METAL, width=16)
    draw.line((x + lean, 196, x + 170, 196), fill=NEW if fixed else DEFECT, width=14)


def _road(draw: Draw, chance: random.Random, fixed: bool) -> None:
    _yard(draw)
    draw.polygon(((380, 300), (580, 300), (900, 720), (60, 720)), fill=ROAD)
    draw.rectangle((420, 170, 540, 300), fill=WALL, outline=LINE, width=5)
    if fixed:
        for n in range(6):
            draw.rectangle((200 + n * 95, 560, 250 + n * 95, 620), fill="white")
        draw.line((230, 500, 730, 500), fill="gold", width=16)
    else:
        x = chance.randint(180, 420)
        draw.rectangle((x, 430, x + 230, 560), fill=(96, 112, 142), outline=DEFECT, width=6)
        draw.ellipse((x + 20, 530, x + 70, 580), fill="black")
        draw.ellipse((x + 160, 530, x + 210, 580), fill="black")


def _shelf(draw: Draw, chance: random.Random, fixed: bool) -> None:
    _room(draw)
    draw.rectangle((260, 120, 700, 580), fill=SHADE, outline=LINE, width=8)
    for row in range(3):
        y = 260 + row * 150
        draw.line((260, y, 700, y), fill=LINE, width=6)
        for n in range(5):
            x = 290 + n * 80
            fallen = not fixed and chance.random() < 0.35
            draw.rectangle((x, y - 90, x + 40, y), fill=DEFECT if fallen else (112, 140, 168), outline=LINE)
    if fixed:
        draw.arc((450, 320, 510, 400), 0, 360, fill=NEW, width=12)


def _camera(draw: Draw, chance: random.Random, fixed: bool) -> None:
    _room(draw)
    x = chance.randint(360, 480)
    draw.rectangle((x, 120, x + 150, 190), fill=(232, 236, 238), outline=LINE, width=5)
    draw.ellipse((x + 108, 132, x + 156, 180), fill="black")
    draw.ellipse((x + 122, 146, x + 142, 166), fill=NEW if fixed else DEFECT)
    draw.rectangle((280, 270, 690, 500), fill=(30, 34, 40), outline=LINE, width=8)
    for n in range(4):
        left, top = 296 + n % 2 * 200, 284 + n // 2 * 106
        lit = fixed or n != chance.randint(0, 3)
        draw.rectangle((left, top, left + 180, top + 92), fill=SKY if lit else (8, 8, 8))


def _paper(draw: Draw, chance: random.Random, fixed: bool) -> None:
    """A sheet with a red head, lines instead of words, and a stamp: no paper of any real body."""
    draw.rectangle((0, 0, 960, 720), fill=WOOD)
    draw.rectangle((270, 30, 690, 670), fill=(252, 251, 247), outline=SHADE, width=3)
    draw.rectangle((330, 80, 630, 112), fill=DEFECT)
    draw.line((310, 140, 650, 140), fill=DEFECT, width=4)
    for n in range(12):
        draw.line((320, 190 + n * 34, 640 - chance.randint(0, 120), 190 + n * 34), fill=LINE, width=6)
    draw.ellipse((510, 540, 630, 650), outline=DEFECT, width=7)


Scene = Callable[[Draw, random.Random, bool], None]
SCENES: dict[str, Scene] = {
    "rail": _rail, "wall": _wall, "extinguisher": _extinguisher, "socket": _socket, "door": _door, "kitchen": _kitchen,
    "window": _window, "ground": _ground, "road": _road, "shelf": _shelf, "camera": _camera, "paper": _paper,
}  # fmt: skip
