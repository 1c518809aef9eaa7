# Reads the SQL views: figures of the contract by month, and NOx by district. R with DBI and RPostgreSQL (Debian: r-cran-rpostgresql).
#
#     PGHOST=HOST PGPORT=5432 PGDATABASE=plume PGUSER=plume_reader PGPASSWORD=... Rscript read_views.R 2026-11-01 2026-11-30
#
# The role is made on the server with: npm run plume -- db reader
suppressPackageStartupMessages({
  library(DBI)
  library(RPostgreSQL)
})

days <- commandArgs(trailingOnly = TRUE)
stopifnot(grepl("^\\d{4}-\\d{2}-\\d{2}$", days))
connection <- dbConnect(
  PostgreSQL(),
  host = Sys.getenv("PGHOST"), port = as.integer(Sys.getenv("PGPORT", "5432")), dbname = Sys.getenv("PGDATABASE"),
  user = Sys.getenv("PGUSER"), password = Sys.getenv("PGPASSWORD")
)

kpis <- dbGetQuery(connection, sprintf(
  "select to_char(period, 'YYYY-MM') as month, kpi, numerator, denominator, value from analyst.kpis
   where span = 'month' and grouping_by = 'all' and period between date_trunc('month', '%s'::date) and '%s' order by 1, 2",
  days[1], days[2]
))
for (i in seq_len(nrow(kpis))) {
  row <- kpis[i, ]
  shown <- if (is.na(row$value)) "nothing to divide by" else sprintf("%.2f", row$value)
  cat(sprintf("%s %s: %s (%s / %s)\n", row$month, row$kpi, shown, if (is.na(row$numerator)) "-" else row$numerator, row$denominator))
}

districts <- dbGetQuery(connection, sprintf(
  "select coalesce(v.district, '(none)') as district, sum(d.nox_g) / 1000 as kg, count(d.nox_g)::int as valid, count(*)::int as total
   from analyst.days d join analyst.vehicles v using (vehicle_id) where d.day between '%s' and '%s' group by 1 order by 1",
  days[1], days[2]
))
for (i in seq_len(nrow(districts))) {
  row <- districts[i, ]
  shown <- if (is.na(row$kg)) "not evaluated" else sprintf("%.3f kg", row$kg)
  cat(sprintf("%s: %s (%d of %d truck-days with a valid NOx mass)\n", row$district, shown, row$valid, row$total))
}
invisible(dbDisconnect(connection))
