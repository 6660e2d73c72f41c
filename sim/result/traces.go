package result

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"couplet/sim"
)

const (
	// maxTraces is the number of neurons of a recorder that are drawn.
	maxTraces = 5
	// tracePoints is about the number of columns into which a trace is gathered.
	tracePoints = 700
)

// trace draws a recorded variable over time, one panel per neuron.
func (r *Run) trace(t *sim.Trace, key string) *Figure {
	name := recorderName(t.Recorder)
	chosen := spread(t.Recorder.From.Len(), maxTraces)
	label, perTick := r.timeAxis()
	withSpikes := r.recorded(t.Recorder.From.Population)
	low, high := traceRange(t, chosen, withSpikes)
	axis := t.Recorder.What
	if t.Unit != "" {
		axis += " (" + t.Unit + ")"
	}
	var rows [][]*plot.Plot
	for i, j := range chosen {
		p := newPlot(label, axis)
		p.X.Min, p.X.Max = 0, float64(max(r.Activity.Ticks, 1))*perTick
		p.Y.Min, p.Y.Max = low, high
		p.Y.Tick.Marker = ticks{4}
		neuron := t.Recorder.From.Lo + j
		p.Add(gather(t, j, perTick), r.spikeMarks(t.Recorder.From.Population, neuron, perTick),
			corner{fmt.Sprintf("%s %d", shorten(t.Recorder.From.Population.Name, 24), neuron), nil})
		if len(t.Ticks) == 0 {
			p.Add(empty{"no samples"})
		}
		if i < len(chosen)-1 {
			hideTickLabels(&p.X)
		}
		rows = append(rows, []*plot.Plot{p})
	}
	caption := fmt.Sprintf("Variable %s of %s over time.", t.Recorder.What, viewName(t.Recorder.From))
	if n := t.Recorder.From.Len(); n > len(chosen) {
		caption = fmt.Sprintf("Variable %s of %d of the %d recorded neurons of %s over time.", t.Recorder.What, len(chosen), n, viewName(t.Recorder.From))
	}
	if withSpikes {
		caption += " The marks above a trace are the neuron's recorded spikes."
	}
	if len(rows) == 0 {
		p := newPlot(label, axis)
		p.Add(empty{"no neurons"})
		rows = [][]*plot.Plot{{p}}
	}
	return &Figure{
		Name: "trace-" + key, Title: "Trace: " + shorten(name, 44), Caption: caption,
		height: 66 + 76*vg.Length(len(rows)),
		draw:   func(c draw.Canvas) { panels(c, rows) },
	}
}

// spread chooses at most so many of n neurons, evenly.
func spread(n, most int) []int {
	k := min(n, most)
	list := make([]int, k)
	for i := range list {
		list[i] = i * n / k
	}
	return list
}

// traceRange is the range of the finite values of the chosen columns, with room for the note and
// the spikes above.
func traceRange(t *sim.Trace, chosen []int, withSpikes bool) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for k := range t.Ticks {
		row := t.Row(k)
		for _, j := range chosen {
			if finite(row[j]) {
				low, high = min(low, row[j]), max(high, row[j])
			}
		}
	}
	if low > high {
		return 0, 1
	}
	span := high - low
	if !finite(span) || span == 0 {
		span = math.Max(1, math.Abs(high)/10)
	}
	room := 0.4
	if withSpikes {
		room = 0.8
	}
	return low - 0.05*span, high + room*span
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// gather makes a line of column j. A long trace is cut into columns of time, each drawn from its
// first over its smallest and largest to its last value, so that no spike or step is lost. Values that
// are not finite leave a gap.
func gather(t *sim.Trace, j int, perTick float64) line {
	n := t.Recorder.From.Len()
	perColumn := max(1, len(t.Ticks)/tracePoints)
	l := line{color: seriesColor(0), width: 0.8}
	var part []point
	flush := func() {
		if len(part) > 0 {
			l.parts = append(l.parts, part)
			part = nil
		}
	}
	for start := 0; start < len(t.Ticks); start += perColumn {
		smallest, largest := -1, -1
		end := min(start+perColumn, len(t.Ticks))
		for k := start; k < end; k++ {
			v := t.Values[k*n+j]
			if !finite(v) {
				continue
			}
			if smallest < 0 || v < t.Values[smallest*n+j] {
				smallest = k
			}
			if largest < 0 || v > t.Values[largest*n+j] {
				largest = k
			}
		}
		if smallest < 0 {
			flush()
			continue
		}
		for _, k := range inOrder(start, min(smallest, largest), max(smallest, largest), end-1) {
			if v := t.Values[k*n+j]; finite(v) {
				part = append(part, point{float64(t.Ticks[k]) * perTick, v})
			}
		}
	}
	flush()
	return l
}

// inOrder drops repetitions from an ascending list.
func inOrder(list ...int) []int {
	out := list[:1]
	for _, k := range list[1:] {
		if k != out[len(out)-1] {
			out = append(out, k)
		}
	}
	return out
}

// line draws pieces of a line.
type line struct {
	parts [][]point
	color color.Color
	width vg.Length
}

func (l line) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	var lines [][]vg.Point
	for _, part := range l.parts {
		points := make([]vg.Point, len(part))
		for i, at := range part {
			points[i] = vg.Point{X: toX(at.x), Y: toY(at.y)}
		}
		lines = append(lines, points)
	}
	strokeAll(c, draw.LineStyle{Color: l.color, Width: l.width}, lines)
}

// strokeAll draws lines as one path, which keeps vector files small.
func strokeAll(c draw.Canvas, style draw.LineStyle, lines [][]vg.Point) {
	var path vg.Path
	for _, points := range lines {
		for i, at := range points {
			if i == 0 {
				path.Move(at)
			} else {
				path.Line(at)
			}
		}
	}
	if len(path) > 0 {
		c.SetLineStyle(style)
		c.Stroke(path)
	}
}

// recorded tells whether spikes of a population were recorded.
func (r *Run) recorded(pop *sim.Population) bool {
	for _, s := range r.Spikes {
		if s.Recorder.From.Population.Name == pop.Name {
			return true
		}
	}
	return false
}

// spikeMarks marks the recorded spikes of one neuron at the top of its panel.
func (r *Run) spikeMarks(pop *sim.Population, neuron int, perTick float64) plot.Plotter {
	var m topMarks
	for _, s := range r.Spikes {
		if s.Recorder.From.Population.Name != pop.Name || neuron < s.Recorder.From.Lo || neuron >= s.Recorder.From.Hi {
			continue
		}
		for k, n := range s.Neurons {
			if int(n) == neuron {
				m = append(m, float64(s.Ticks[k])*perTick)
			}
		}
		break // a second recorder saw the same spikes
	}
	return m
}

// topMarks draws short strokes below the upper end of a panel, under the line of the note.
type topMarks []float64

func (m topMarks) Plot(c draw.Canvas, p *plot.Plot) {
	toX, _ := p.Transforms(&c)
	var lines [][]vg.Point
	last := vg.Length(math.Inf(-1))
	for _, x := range m {
		at := toX(x)
		if at-last < 0.3 {
			continue // cannot be told apart
		}
		last = at
		lines = append(lines, []vg.Point{{X: at, Y: c.Max.Y - 18}, {X: at, Y: c.Max.Y - 13}})
	}
	strokeAll(c, draw.LineStyle{Color: ink, Width: 0.6}, lines)
}
