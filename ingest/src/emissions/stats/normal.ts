/** Upper bound of the iterations of a continued fraction that converges in some ten. */
const MOST_STEPS = 500;
const TINY = 1e-300;
const PRECISION = 1e-15;

/**
 * Upper tail of the standard normal distribution, P(Z > z); relative error below 1e-12.
 * Series for small |z|, continued fraction (Lentz) beyond (Abramowitz and Stegun 7.1.6, 7.1.14).
 */
export function normalUpperTail(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (z < 0) return 1 - normalUpperTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return z < 3 ? 0.5 - density * centralSeries(z) : density / tailFraction(z);
}

/** Two-sided tail, P(|Z| > |z|). */
export function normalTwoSided(z: number): number {
  return 2 * normalUpperTail(Math.abs(z));
}

/** z + z³/3 + z⁵/15 + …: the area from 0 to z over the density at z. */
function centralSeries(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; n < MOST_STEPS && term > sum * PRECISION; n += 1) {
    term *= (z * z) / (2 * n + 1);
    sum += term;
  }
  return sum;
}

/** z + 1/(z + 2/(z + 3/(z + …))): the density at z over the area beyond. */
function tailFraction(z: number): number {
  let f = z;
  let c = z;
  let d = 0;
  for (let n = 1; n < MOST_STEPS; n += 1) {
    d = 1 / (z + n * d);
    c = z + n / Math.max(c, TINY);
    const step = c * d;
    f *= step;
    if (Math.abs(step - 1) < PRECISION) break;
  }
  return f;
}
