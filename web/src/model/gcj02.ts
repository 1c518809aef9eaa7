// The shift that maps sold in China are drawn with (GCJ-02): a fixed field of sines over the Krasovsky ellipsoid, as published many times.
const A_M = 6_378_245;
const EE = 0.006_693_421_622_965_943;
const rad = (degrees: number) => (degrees * Math.PI) / 180;

function waves(x: number): number {
  return (20 * Math.sin(6 * Math.PI * x) + 20 * Math.sin(2 * Math.PI * x)) * (2 / 3);
}

/** Where a WGS-84 place lies on a map in GCJ-02 [degrees]. For display only: nothing that is stored or handed out is shifted. */
export function toGcj02(lon: number, lat: number): { lon: number; lat: number } {
  const x = lon - 105;
  const y = lat - 35;
  const north =
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * Math.sqrt(Math.abs(x)) +
    waves(x) +
    (20 * Math.sin(Math.PI * y) + 40 * Math.sin((Math.PI * y) / 3)) * (2 / 3) +
    (160 * Math.sin((Math.PI * y) / 12) + 320 * Math.sin((Math.PI * y) / 30)) * (2 / 3);
  const east =
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * Math.sqrt(Math.abs(x)) +
    waves(x) +
    (20 * Math.sin(Math.PI * x) + 40 * Math.sin((Math.PI * x) / 3)) * (2 / 3) +
    (150 * Math.sin((Math.PI * x) / 12) + 300 * Math.sin((Math.PI * x) / 30)) * (2 / 3);
  const magic = 1 - EE * Math.sin(rad(lat)) ** 2;
  const root = Math.sqrt(magic);
  return {
    lon: lon + (east * 180) / ((A_M / root) * Math.cos(rad(lat)) * Math.PI),
    lat: lat + (north * 180) / (((A_M * (1 - EE)) / (magic * root)) * Math.PI),
  };
}
