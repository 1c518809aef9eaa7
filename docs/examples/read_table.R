# Reads a table of truck-days page by page and adds up NOx by district. R 3.6 or newer with jsonlite (Debian: r-cran-jsonlite).
#
#     PLUME_URL=http://127.0.0.1:8080 PLUME_TOKEN=plume_... Rscript read_table.R 2026-11-01 2026-11-30
#
# The token needs the permission export.run: npm run plume -- token add "analysis" --owner NAME --permissions export.run
library(jsonlite)

base <- paste0(sub("/$", "", Sys.getenv("PLUME_URL")), "/api/v1/tables/days")
headers <- c(Authorization = paste("Bearer", Sys.getenv("PLUME_TOKEN")))
days <- commandArgs(trailingOnly = TRUE)

read_page <- function(cursor) {
  query <- paste0("?from=", days[1], "&to=", days[2], "&limit=", Sys.getenv("PAGE", "2000"))
  if (!is.null(cursor)) query <- paste0(query, "&cursor=", URLencode(cursor, reserved = TRUE))
  # fromJSON opens the connection, and closes it.
  fromJSON(url(paste0(base, query), headers = headers, encoding = "UTF-8"), simplifyVector = TRUE)
}

pages <- list()
cursor <- NULL
repeat {
  page <- read_page(cursor)
  pages[[length(pages) + 1]] <- page$rows
  if (!page$more) break
  cursor <- page$nextCursor
}
# A column without any value on a page comes as NA of no kind: bound together it takes the kind of the others.
rows <- do.call(rbind, pages)

district <- ifelse(is.na(rows$district), "(none)", rows$district)
cat(sprintf(
  "%d truck-days from %s to %s, Beijing days; NOx as NO2 over seconds with a valid reading, not extrapolated\n",
  nrow(rows), days[1], days[2]
))
for (name in sort(unique(district), method = "radix")) {
  grams <- as.numeric(rows$noxG[district == name])
  valid <- sum(!is.na(grams))
  kg <- if (valid > 0) sprintf("%.3f kg", sum(grams, na.rm = TRUE) / 1000) else "not evaluated"
  cat(sprintf("%s: %s (%d of %d truck-days with a valid NOx mass)\n", name, kg, valid, length(grams)))
}
