import { beijingTexts } from '../beijing-text.ts';
import type { Batch, ExportColumn } from '../column.ts';
import { physicalOf } from '../column.ts';
import type { FileSink, TableWriter } from '../writer.ts';
import { xmlText } from './workbook.ts';
import type { Facts } from './xlsx.ts';

/** A silence of more than this ends a line: what was driven meanwhile is not known. */
const GAP_S = 600;
/** Positions of one line at most; a longer one goes on in the next. */
const MOST_POSITIONS = 20_000;

interface Position {
  readonly timeSec: number;
  readonly lon: number;
  readonly lat: number;
  readonly speedKmh: number | null;
}

type WriteLine = (truck: { vin: string; plate: string }, positions: readonly Position[]) => void;

/** Cuts rows of the track table into lines: one truck, no long silence, bounded. */
class Lines {
  readonly #write: WriteLine;
  readonly #at: { time: number; lon: number; lat: number; speed: number; vin: number; plate: number };
  readonly #physical: (column: number, value: number) => number;
  #truck = { vin: '', plate: '' };
  #positions: Position[] = [];

  constructor(columns: readonly ExportColumn[], write: WriteLine) {
    const place = (id: string) => columns.findIndex((column) => column.id === id);
    this.#at = {
      time: place('time'),
      lon: place('lonDeg'),
      lat: place('latDeg'),
      speed: place('speedKmh'),
      vin: place('vin'),
      plate: place('plate'),
    };
    const physical = columns.map(physicalOf);
    this.#physical = (column, value) => physical[column]?.(value) ?? value;
    this.#write = write;
  }

  take(batch: Batch): void {
    const constant = (index: number) => {
      const data = batch.columns[index];
      return data?.kind === 'constant' ? (data.value ?? '') : '';
    };
    const number = (index: number, row: number) => {
      const data = batch.columns[index];
      return data?.kind === 'numbers' ? (data.values[row] ?? Number.NaN) : Number.NaN;
    };
    const truck = { vin: constant(this.#at.vin), plate: constant(this.#at.plate) };
    if (truck.vin !== this.#truck.vin) this.end();
    this.#truck = truck;
    for (let row = 0; row < batch.count; row += 1) {
      const timeSec = number(this.#at.time, row);
      const last = this.#positions.at(-1);
      if (last && (timeSec - last.timeSec > GAP_S || this.#positions.length >= MOST_POSITIONS)) this.end();
      const speed = number(this.#at.speed, row);
      this.#positions.push({
        timeSec,
        lon: this.#physical(this.#at.lon, number(this.#at.lon, row)),
        lat: this.#physical(this.#at.lat, number(this.#at.lat, row)),
        speedKmh: Number.isNaN(speed) ? null : this.#physical(this.#at.speed, speed),
      });
    }
  }

  end(): void {
    if (this.#positions.length > 0) this.#write(this.#truck, this.#positions);
    this.#positions = [];
  }
}

/** GeoJSON (RFC 7946): one line a stretch without a silence of ten minutes, WGS-84, with the time of each position in Beijing time. */
export function geojsonWriter(sink: FileSink, columns: readonly ExportColumn[], facts: Facts): TableWriter {
  const beijing = beijingTexts();
  let features = 0;
  sink.text(`{"type":"FeatureCollection","plume":${JSON.stringify(Object.fromEntries(facts))},"features":[`);
  const lines = new Lines(columns, (truck, positions) => {
    const alone = positions.length === 1;
    const coordinates = positions.map(({ lon, lat }) => `[${lon},${lat}]`).join(',');
    const properties = {
      ...truck,
      from: beijing(positions[0]?.timeSec ?? 0),
      to: beijing(positions.at(-1)?.timeSec ?? 0),
      coordTimes: positions.map(({ timeSec }) => beijing(timeSec)),
      speedKmh: positions.map(({ speedKmh }) => speedKmh),
    };
    sink.text(
      `${features === 0 ? '' : ','}\n{"type":"Feature","geometry":{"type":"${alone ? 'Point' : 'LineString'}","coordinates":${alone ? coordinates : `[${coordinates}]`}},"properties":${JSON.stringify(properties)}}`,
    );
    features += 1;
  });
  return {
    write: (batch) => lines.take(batch),
    finish() {
      lines.end();
      sink.text('\n]}\n');
      sink.close();
      return [];
    },
  };
}

/** GPX 1.1: one track a truck and stretch. The format wants UTC, and has it; the description says so. */
export function gpxWriter(sink: FileSink, columns: readonly ExportColumn[], facts: Facts): TableWriter {
  const about = facts.map(([name, value]) => `${name}: ${value}`).join('; ');
  sink.text(
    `<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="Plume" xmlns="http://www.topografix.com/GPX/1/1"><metadata><desc>${xmlText(about)}</desc></metadata>\n`,
  );
  const lines = new Lines(columns, (truck, positions) => {
    sink.text(`<trk><name>${xmlText(truck.plate)}</name><desc>${xmlText(truck.vin)}; UTC</desc><trkseg>\n`);
    for (const { timeSec, lon, lat } of positions)
      sink.text(
        `<trkpt lat="${lat}" lon="${lon}"><time>${new Date(timeSec * 1000).toISOString().replace('.000Z', 'Z')}</time></trkpt>\n`,
      );
    sink.text('</trkseg></trk>\n');
  });
  return {
    write: (batch) => lines.take(batch),
    finish() {
      lines.end();
      sink.text('</gpx>\n');
      sink.close();
      return [];
    },
  };
}
