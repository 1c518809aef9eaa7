"""Reads a table of truck-days page by page as CSV and adds up NOx by district. Python 3.8 or newer, its own library alone.

    PLUME_URL=http://127.0.0.1:8080 PLUME_TOKEN=plume_... python3 read_table.py 2026-11-01 2026-11-30

The token needs the permission export.run: npm run plume -- token add "analysis" --owner NAME --permissions export.run
"""
import csv
import io
import json
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

URL = os.environ["PLUME_URL"].rstrip("/")
HEADERS = {"Authorization": "Bearer " + os.environ["PLUME_TOKEN"], "Accept": "text/csv"}


def get(path):
    """An answer as text, with the address of the next page (None: this was the last); waits when the service asks for that."""
    while True:
        try:
            with urllib.request.urlopen(urllib.request.Request(URL + path, headers=HEADERS)) as answer:
                link = re.match(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
                return answer.read().decode("utf-8"), link and link.group(1)
        except urllib.error.HTTPError as error:
            problem = json.loads(error.read())
            if error.code != 429:
                sys.exit(f"{problem['title']}: {problem['detail']} {problem['action']}")
            time.sleep(int(error.headers["Retry-After"]))


first, last = sys.argv[1:3]
path = "/api/v1/tables/days?" + urllib.parse.urlencode({"from": first, "to": last, "limit": os.environ.get("PAGE", "2000")})
rows = []
while path:
    text, path = get(path)
    rows += csv.DictReader(io.StringIO(text, newline=""))

districts = {}
for row in rows:
    grams, valid, total = districts.get(row["district"], (0.0, 0, 0))
    known = row["noxG"] != ""  # empty: not known, and not zero
    districts[row["district"]] = (grams + (float(row["noxG"]) if known else 0.0), valid + known, total + 1)
print(f"{len(rows)} truck-days from {first} to {last}, Beijing days; NOx as NO2 over seconds with a valid reading, not extrapolated")
for district, (grams, valid, total) in sorted(districts.items()):
    kg = f"{grams / 1000:.3f} kg" if valid else "not evaluated"
    print(f"{district or '(none)'}: {kg} ({valid} of {total} truck-days with a valid NOx mass)")
