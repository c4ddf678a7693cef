# /// script
# requires-python = ">=3.11"
# dependencies = ["pillow"]
# ///
"""Make the pictures of the sample contest from the drawings beside this file.

    python voting/sample/make_pictures.py

Needs Pillow and the program ``rsvg-convert`` (Debian: librsvg2-bin). Each line of ``PICTURES`` is one picture:
its id, the drawing, the light or season, the part that is shown (left edge, top edge, width; the whole is 0,0,800) and
``mirror`` if it is turned round. The light and the season only change colours.
"""

import colorsys
import io
import re
import subprocess
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
SIZE = (1600, 1000)
PANORAMA_SIZE = (1600, 690)
QUALITY = 86

PICTURES = """
safety-day          safety          day       0,0,800
safety-before       safety-before   overcast  230,140,560
safety-after        safety          spring    230,140,560
safety-talk         safety          day       270,290,336
safety-winter       safety          winter    0,0,800      mirror
night-patrol        lane-patrol     day       0,0,800
village-day         village         day       0,0,800
washroom-before     washroom-before day       0,0,800
washroom-after      washroom-after  day       0,0,800
village-bins        village         spring    220,230,430
village-winter      village         winter    0,0,800      mirror
lane-flowers        flowers         day       0,0,800
clinic-day          clinic          day       0,0,800
ward-before         ward-before     day       0,0,800
ward-after          ward-after      day       0,0,800
ward-nurse          ward-after      dawn      130,230,420
clinic-evening      clinic          dusk      0,0,800      mirror
clinic-gate         clinic          spring    180,220,440
road-morning        road-2          dawn      0,0,800
road-before         road-before     day       0,0,800
road-after          road            day       0,0,800
bus-stop            busstop         day       0,0,800
road-winter         road            winter    0,0,800      mirror
road-children       road            spring    150,270,360
farm-harvest        farm            day       0,0,800
canal-before        canal-before    day       0,0,800
canal-after         canal-after     day       0,0,800
greenhouse-winter   greenhouse      day       0,0,800
farm-crew           farm            spring    60,230,400
farm-autumn         farm            autumn    0,0,800      mirror
hall-day            hall            day       0,0,800
queue-before        queue-before    day       0,0,800
queue-after         queue-after     day       0,0,800
hall-window         hall            dawn      150,200,400
station-village     station         day       0,0,800
hall-evening        hall            dusk      0,0,800      mirror
school-day          school          day       0,0,800
classroom-before    classroom-before day      0,0,800
classroom-after     classroom-after day       0,0,800
classroom-reading   reading         day       0,0,800
school-track        school          spring    180,250,400
school-autumn       school          autumn    0,0,800      mirror
housing-day         housing         day       0,0,800
room-before         flat-before     day       0,0,800
room-after          flat-after      day       0,0,800
housing-walk        housing         spring    230,240,410
housing-autumn      housing-2       autumn    0,0,800
housing-winter      housing         winter    0,0,800      mirror
stage-night         stage           day       0,0,800
stage-before        stage-before    day       0,0,800
stage-after         stage-after     day       0,0,800
film-night          film            day       0,0,800
stage-players       stage           day       215,100,380
library-corner      library         day       0,0,800
factory-day         factory         day       0,0,800      mirror
factory-before      factory-before  overcast  0,125,600
factory-after       factory         spring    0,125,600
factory-talk        factory         dawn      400,290,330
factory-truck       factory         day       70,220,340
factory-dusk        factory         dusk      0,0,800      mirror
elder-day           elder           day       0,0,800      mirror
elder-before        elder-before    overcast  0,0,800
elder-after         elder           autumn    0,0,800
canteen-noon        canteen         day       0,0,800
elder-chess         elder           spring    250,285,340
elder-visit         village-2       sunset    180,170,520
forest-spring       forest          day       0,0,800
slope-before        slope-before    day       0,0,800
slope-after         slope-after     day       0,0,800
forest-planting     forest          spring    300,230,400
forest-autumn       forest          autumn    0,0,800      mirror
orchard-bees        bees            day       0,0,800
power-day           power           day       0,0,800
night-before        lane-dark       day       0,0,800
night-after         lane-lit        day       0,0,800
power-lineman       power           dawn      190,180,360
power-visit         power           spring    330,230,430
power-winter        power           winter    0,0,800      mirror
meeting-day         meeting         day       0,0,800
tree-before         tree-before     overcast  130,110,620
tree-after          meeting         spring    130,110,620
meeting-table       meeting         dawn      230,230,430
lane-walk           village         autumn    180,170,520  mirror
meeting-autumn      meeting         autumn    0,0,800      mirror
street-morning      drain           dawn      0,0,800      mirror
drain-before        drain-before    day       0,0,800
drain-after         drain           day       0,0,800
street-walk         drain           spring    120,190,400
street-night        drain           night     0,0,800      mirror
street-winter       drain           winter    0,0,800
cornfield-harvest   cornfield-harvest day     0,0,800
cornfield-before    cornfield-before day      0,0,800
cornfield-after     cornfield-after day       0,0,800
cornfield-crew      cornfield-harvest dawn    50,270,368
pump-ditch          pump            day       0,0,800
village-dusk        village         dusk      0,0,800
rehab-child         rehab           day       0,0,800
ramp-before         ramp-before     day       0,0,800
ramp-after          ramp-after      day       0,0,800
ramp-handrail       ramp-after      dawn      430,220,370
workshop-craft      craft           day       0,0,800
housing-ramp        ramp-after      dusk      180,100,620  mirror
jobfair-day         jobfair         day       0,0,800
workshop-before     workshop-before day       0,0,800
workshop-after      workshop-after  day       0,0,800
jobfair-talk        jobfair         dawn      40,200,480
workshop-sewing     workshop-after  dawn      40,240,416
hall-blue           hall-2          day       0,0,800
bridge-dusk         bridge-after    sunset    0,0,800      mirror
bridge-before       bridge-before   day       0,0,800
bridge-after        bridge-after    day       0,0,800
road-dusk           road            sunset    0,0,800
bridge-tricycle     bridge-after    spring    190,130,420
bus-village         busstop         dusk      0,0,800      mirror
boat-rescue         boat            day       0,0,800
pond-before         pond-before     day       0,0,800
pond-after          pond-after      day       0,0,800
boat-training       boat            sunset    0,0,800      mirror
boat-crew           boat            spring    190,230,432
village-volunteers  village-2       day       0,0,800
clinicvan-village   clinicvan       day       0,0,800
maternity-before    maternity-before overcast 0,0,800
maternity-after     clinic-2        day       0,0,800
clinicvan-checkup   clinicvan       spring    400,230,400
maternity-nurse     clinic-2        spring    200,230,420
clinicvan-winter    clinicvan       winter    0,0,800      mirror
orchard-autumn      orchard         day       0,0,800
square-before       square-before   day       0,0,800
square-after        square-after    day       0,0,800
square-dance        square-after    spring    190,240,416
square-evening      square-after    dusk      0,0,800      mirror
stage-village       stage-after     dusk      0,0,800      mirror
callcentre-day      callcentre      day       0,0,800
office-before       office-before   day       0,0,800
office-after        office-after    day       0,0,800
callcentre-desk     callcentre      dawn      310,280,350
callcentre-night    callcentre-night day      0,0,800
hall-help           queue-after     dawn      330,190,470
courtyard-day       courtyard       day       0,0,800
shed-before         shed-before     day       0,0,800
shed-after          shed-after      day       0,0,800
courtyard-bench     courtyard       spring    100,310,300
housing-evening     housing         dusk      0,0,800
meeting-yard        meeting         sunset    140,120,600  mirror
"""

SKIES = {
    "dawn": ("#e3dfe6", "#fbd9b0"),
    "dusk": ("#7d86ad", "#f2b183"),
    "sunset": ("#b9b3c9", "#f6b98a"),
    "night": ("#18213f", "#3f4a70"),
    "winter": ("#d9e2e8", "#f1efe9"),
    "autumn": ("#d3e3ec", "#f8e6c4"),
    "spring": ("#cfe5ef", "#eef3e2"),
    "overcast": ("#bcc3c6", "#d6d4cd"),
}
TINTS = {
    "dawn": ("#ffcf96", 0.07),
    "dusk": ("#4a3f66", 0.30),
    "sunset": ("#d98a5a", 0.14),
    "night": ("#141c3a", 0.60),
}
SNOWY = {
    "#6b6f70": "#e6ebed", "#4f5354": "#d3dadd", "#6d7172": "#e6ebed", "#505455": "#d3dadd",
    "#b5533c": "#dfe4e6", "#7c6a5a": "#dfe4e6", "#8a5a44": "#dfe4e6", "#5d6f78": "#dfe4e6",
}  # fmt: skip
LAMPLIGHT = "#f4cf7a"
SUN = "#fff6e0"
SKY = re.compile(r"(.*?</defs>)(.*)", re.DOTALL)


def to_rgb(colour):
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))


def to_hex(rgb):
    return "#" + "".join(f"{round(min(1, max(0, part)) * 255):02x}" for part in rgb)


def mixed(colour, other, share):
    return to_hex(
        a * (1 - share) + b * share
        for a, b in zip(to_rgb(colour), to_rgb(other), strict=True)
    )


def recoloured(colour, light):
    if colour == SUN:
        return colour
    if light == "winter" and colour in SNOWY:
        return SNOWY[colour]
    hue, lightness, saturation = colorsys.rgb_to_hls(*to_rgb(colour))
    degrees = hue * 360
    green = 62 <= degrees <= 165 and 0.07 < saturation < 0.34
    glass = (
        180 <= degrees <= 222
        and 0.62 <= lightness <= 0.85
        and 0.1 <= saturation <= 0.55
    )
    if light == "autumn" and green:
        degrees = 34 if lightness < 0.5 else 41
        return to_hex(
            colorsys.hls_to_rgb(
                degrees / 360, lightness * 1.02, min(0.62, saturation + 0.3)
            )
        )
    if light == "spring" and green:
        return to_hex(
            colorsys.hls_to_rgb(
                max(degrees - 6, 82) / 360,
                min(0.85, lightness * 1.04),
                saturation + 0.1,
            )
        )
    if light == "winter" and (
        green or (30 <= degrees <= 62 and lightness > 0.66 and saturation < 0.42)
    ):
        return to_hex(colorsys.hls_to_rgb(0.56, 0.80 + lightness * 0.16, 0.12))
    if light == "overcast":
        return mixed(
            to_hex(colorsys.hls_to_rgb(hue, lightness * 0.92, saturation * 0.45)),
            "#8f9496",
            0.12,
        )
    if light in ("dusk", "night") and glass:
        return LAMPLIGHT
    if light in TINTS:
        return mixed(colour, *TINTS[light])
    return colour


def relit(svg, light):
    """The drawing in another light or season: the same shapes in other colours."""
    if light == "day":
        return svg
    sky, body = SKY.match(svg).groups() if SKY.match(svg) else ("", svg)
    stops = iter(SKIES[light])
    sky = re.sub(r'stop-color="#\w+"', lambda _: f'stop-color="{next(stops)}"', sky)
    if light == "overcast":
        body = re.sub(rf'<circle [^>]*fill="{SUN}"[^>]*/>', "", body)
    body = re.sub(r"#[0-9a-f]{6}", lambda found: recoloured(found[0], light), body)
    return sky + body


def framed(svg, left, top, width, mirror):
    svg = svg.replace(
        'viewBox="0 0 800 500"', f'viewBox="{left} {top} {width} {width * 5 / 8}"'
    )
    if mirror:
        root, rest = svg.split(">", 1)
        turned = f'<g transform="translate({2 * left + width},0) scale(-1,1)">'
        svg = f"{root}>{turned}{rest.replace('</svg>', '</g></svg>')}"
    return svg


def drawn(name):
    return (HERE / "drawings" / f"{name}.svg").read_text(encoding="utf-8")


def save_as_webp(svg, size, path):
    png = subprocess.run(
        ["rsvg-convert", "--width", str(size[0]), "--height", str(size[1])],
        input=svg.encode(),
        capture_output=True,
        check=True,
    ).stdout
    Image.open(io.BytesIO(png)).convert("RGB").save(path, quality=QUALITY, method=6)


def make_picture(name, drawing, light, part, mirror):
    svg = framed(relit(drawn(drawing), light), *part, mirror)
    save_as_webp(svg, SIZE, HERE / "pictures" / f"{name}.webp")


def recipes():
    for line in PICTURES.split("\n"):
        if not line:
            continue
        name, drawing, light, part, *turn = line.split()
        yield (
            name,
            drawing,
            light,
            tuple(int(number) for number in part.split(",")),
            turn == ["mirror"],
        )


def main():
    for recipe in recipes():
        make_picture(*recipe)
    save_as_webp(drawn("panorama"), PANORAMA_SIZE, HERE / "panorama.webp")


if __name__ == "__main__":
    main()
