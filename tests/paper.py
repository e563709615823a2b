"""What stands on a sheet of paper: the text of a PDF, and how it looks."""

from io import BytesIO

import pypdf
import pypdfium2
from PIL import Image


def pages(pdf: bytes) -> list[str]:
    """The text of each page, a line a line, blanks folded."""
    found = pypdf.PdfReader(BytesIO(pdf)).pages
    return ["\n".join(" ".join(line.split()) for line in page.extract_text().splitlines()) for page in found]


def pdf_text(pdf: bytes) -> str:
    return "\n\f\n".join(pages(pdf)) + "\n"


def letters_over(pdf: bytes, words: str) -> list[str]:
    """Letters that stand where the words do, and are none of them. Raises AssertionError when the words stand nowhere."""
    found, over = 0, []
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        searched = text.search(words)
        while (at := searched.get_next()) is not None:
            found += 1
            ours = range(at[0], at[0] + at[1])
            boxes = [text.get_charbox(one) for one in ours]
            left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
            right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
            for one in set(range(text.count_chars())) - set(ours):
                box = text.get_charbox(one)
                middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
                if left < middle[0] < right and bottom < middle[1] < top:
                    over.append(text.get_text_range(one, 1))
    assert found
    return [letter for letter in over if letter.strip()]


def picture(pdf: bytes) -> bytes:
    """Page 1 in grey, 72 dots an inch, as PNG."""
    found = BytesIO()
    pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("L").save(found, "PNG", optimize=True)
    return found.getvalue()


def difference(one: bytes, other: bytes) -> float:
    """How far two pictures are apart, from 0 to 255 for each patch of 8 dots: a line that moved a dot is no difference."""
    images = [Image.open(BytesIO(data)) for data in (one, other)]
    assert images[0].size == images[1].size
    width, height = (side // 8 for side in images[0].size)
    small = [image.resize((width, height), Image.Resampling.BOX).tobytes() for image in images]
    return sum(abs(a - b) for a, b in zip(*small, strict=True)) / len(small[0])
