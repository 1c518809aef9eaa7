"""Reads the SQL views: figures of the contract by month, and NOx by district. Python 3 with psycopg2 (Debian: python3-psycopg2).

    PLUME_SQL="postgres://plume_reader:PASSWORD@HOST/DATABASE" python3 read_views.py 2026-11-01 2026-11-30

The role is made on the server with: npm run plume -- db reader
"""
import os
import sys

import psycopg2

first, last = sys.argv[1:3]
with psycopg2.connect(os.environ["PLUME_SQL"]) as connection, connection.cursor() as cursor:
    cursor.execute(
        """select period, kpi, numerator, denominator, value from analyst.kpis
           where span = 'month' and grouping_by = 'all' and period between date_trunc('month', %s::date) and %s order by 1, 2""",
        (first, last),
    )
    for period, kpi, numerator, denominator, value in cursor:
        shown = "nothing to divide by" if value is None else f"{value:.2f}"
        print(f"{period:%Y-%m} {kpi}: {shown} ({numerator if numerator is not None else '-'} / {denominator})")
    cursor.execute(
        """select v.district, sum(d.nox_g) / 1000, count(d.nox_g), count(*) from analyst.days d join analyst.vehicles v using (vehicle_id)
           where d.day between %s and %s group by 1 order by 1""",
        (first, last),
    )
    for district, kg, valid, total in cursor:
        shown = "not evaluated" if kg is None else f"{kg:.3f} kg"
        print(f"{district or '(none)'}: {shown} ({valid} of {total} truck-days with a valid NOx mass)")
