package result

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"couplet/sim"
)

const (
	weightBins    = 40
	weightColumns = 100 // of the course of the mean weight
	sampleWeights = 6   // synapses whose course is drawn
)

// weights draws how the weights of a plastic projection are distributed, and how they change.
func (r *Run) weights(w *sim.WeightLog, key string) *Figure {
	first, last := ends(w)
	name := recorderName(w.Recorder)
	rows := [][]*plot.Plot{{distribution(first, last)}, {r.course(w)}}
	return &Figure{
		Name: "weights-" + key, Title: "Weights: " + shorten(name, 42),
		Caption: fmt.Sprintf("Weights of the %d synapses of %s that handed on a spike, in the unit of the target's input. "+
			"Above: distribution of the first and of the last weight handed on by each. "+
			"Below: mean weight handed on (thick) and single synapses (thin) over time.", len(last), name),
		height: 310,
		draw:   func(c draw.Canvas) { panels(c, rows) },
	}
}

// ends returns the first and the last weight that every synapse handed on, in order of ordinal.
func ends(w *sim.WeightLog) (first, last []float64) {
	place := make(map[uint64]int)
	var ordinals []uint64
	var a, b []float64
	for i, ordinal := range w.Ordinals {
		k, seen := place[ordinal]
		if !seen {
			k = len(ordinals)
			place[ordinal] = k
			ordinals = append(ordinals, ordinal)
			a, b = append(a, w.Weights[i]), append(b, 0)
		}
		b[k] = w.Weights[i]
	}
	slices.Sort(ordinals)
	for _, ordinal := range ordinals {
		first, last = append(first, a[place[ordinal]]), append(last, b[place[ordinal]])
	}
	return first, last
}

// distribution draws both distributions on one scale.
func distribution(first, last []float64) *plot.Plot {
	p := newPlot("Weight", "Share of synapses")
	low, high := math.Inf(1), math.Inf(-1)
	for _, list := range [][]float64{first, last} {
		for _, v := range list {
			if finite(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if low > high {
		return blank(p, 0, "", "no weights handed on")
	}
	if high-low < 1e-9*math.Max(math.Abs(low), math.Abs(high)) || high == low {
		low, high = low-0.5, high+0.5
	}
	width := (high - low) / weightBins * (1 + 1e-9)
	before, after := histogram(first, low, width, weightBins), histogram(last, low, width, weightBins)
	p.X.Min, p.X.Max = low, low+width*weightBins
	p.Y.Min, p.Y.Max = 0, 1.2*max(slices.Max(before), slices.Max(after))
	p.Y.Tick.Marker = ticks{3}
	p.Add(area{low, width, before, seriesColor(1)}, area{low, width, after, seriesColor(0)},
		legend{{"first", seriesColor(1)}, {"last", seriesColor(0)}})
	return p
}

// course draws the mean weight in columns of time and the weights of some synapses.
func (r *Run) course(w *sim.WeightLog) *plot.Plot {
	label, perTick := r.timeAxis()
	p := newPlot(label, "Weight")
	p.Y.Tick.Marker = ticks{4}
	samples := sampled(w, perTick)
	mean := r.meanCourse(w, perTick)
	p.X.Min, p.X.Max = 0, float64(max(r.Activity.Ticks, 1))*perTick
	p.Y.Min, p.Y.Max = math.Inf(1), math.Inf(-1)
	for _, l := range append(slices.Clone(samples), mean) {
		for _, part := range l.parts {
			for _, at := range part {
				p.Y.Min, p.Y.Max = min(p.Y.Min, at.y), max(p.Y.Max, at.y)
			}
		}
		p.Add(l)
	}
	if p.Y.Min > p.Y.Max {
		p.Y.Min, p.Y.Max = 0, 1
	}
	span := math.Max(p.Y.Max-p.Y.Min, 1e-9*math.Abs(p.Y.Max))
	p.Y.Min, p.Y.Max = p.Y.Min-0.05*span, p.Y.Max+0.05*span
	return p
}

// sampled are the courses of some synapses, evenly chosen by ordinal from those in the log.
func sampled(w *sim.WeightLog, perTick float64) []line {
	ordinals := slices.Clone(w.Ordinals)
	slices.Sort(ordinals)
	ordinals = slices.Compact(ordinals)
	courses := make(map[uint64]*line)
	var list []*line
	for _, k := range spread(len(ordinals), sampleWeights) {
		l := &line{parts: [][]point{nil}, color: muted, width: 0.5}
		courses[ordinals[k]] = l
		list = append(list, l)
	}
	for i, ordinal := range w.Ordinals {
		if l := courses[ordinal]; l != nil && finite(w.Weights[i]) {
			l.parts[0] = append(l.parts[0], point{float64(w.Ticks[i]) * perTick, w.Weights[i]})
		}
	}
	lines := make([]line, len(list))
	for i, l := range list {
		l.parts[0] = thinLine(l.parts[0])
		lines[i] = *l
	}
	return lines
}

// thinLine keeps at most tracePoints points, evenly.
func thinLine(points []point) []point {
	if len(points) <= tracePoints {
		return points
	}
	kept := make([]point, 0, tracePoints)
	for _, k := range spread(len(points), tracePoints) {
		kept = append(kept, points[k])
	}
	return kept
}

// meanCourse is the mean of the weights handed on in columns of time; empty columns are passed over.
func (r *Run) meanCourse(w *sim.WeightLog, perTick float64) line {
	width := max(1, (r.Activity.Ticks+weightColumns-1)/weightColumns)
	l := line{parts: [][]point{nil}, color: seriesColor(0), width: 1.6}
	for i := 0; i < len(w.Ticks); {
		column := w.Ticks[i] / width
		sum, n := 0.0, 0
		for ; i < len(w.Ticks) && w.Ticks[i]/width == column; i++ {
			if finite(w.Weights[i]) {
				sum += w.Weights[i]
				n++
			}
		}
		if n > 0 {
			l.parts[0] = append(l.parts[0], point{(float64(column) + 0.5) * float64(width) * perTick, sum / float64(n)})
		}
	}
	return l
}

// legend explains colours at the upper right of a plot, one line each.
type legend []corner

func (l legend) Plot(c draw.Canvas, p *plot.Plot) {
	for i, entry := range l {
		row := c
		row.Max.Y -= vg.Length(i) * (tickSize + 3)
		entry.Plot(row, p)
	}
}
