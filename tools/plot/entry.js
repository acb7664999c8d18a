// What iclnb.explore draws with.
import { symbol, symbolCircle, symbolCross, symbolDiamond, symbolSquare, symbolTimes, symbolTriangle } from "d3-shape";
export { areaY, arrow, axisX, axisY, contour, dot, gridX, gridY, line, plot, pointer, ruleX, ruleY, tip } from "@observablehq/plot";
export { ticks } from "d3-array";
export { interpolatePuOr, interpolateViridis } from "d3-scale-chromatic";

const SHAPES = { circle: symbolCircle, square: symbolSquare, diamond: symbolDiamond, triangle: symbolTriangle, plus: symbolCross, cross: symbolTimes };
// The outline of a symbol in a list of names.
export const symbolPath = (name) => (name === "down" ? symbol(SHAPES.triangle, 42)().replace(/-?\d+(\.\d+)?/g, (n) => String(-n)) : symbol(SHAPES[name], 42)());
