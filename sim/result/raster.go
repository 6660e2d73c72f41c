package result

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"sort"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"couplet/sim"
)

const (
	// maxMarks bounds the spikes in a raster: more of them only make it black.
	maxMarks = 20_000
	// minNeurons is the number of neurons per recorder that thinning keeps.
	minNeurons = 20
	// bandGap is the space between two recorders as a share of the whole height.
	bandGap = 0.02
	// minBand is the smallest share of the height that a recorder gets, so that its name has room.
	minBand = 0.05
)

// thinning is what a raster leaves out: all but every stride-th neuron of each recorder, and what
// comes after tick last. Whole neurons are left out rather than single spikes, so that the trains
// that are shown look as regular or irregular as they are.
type thinning struct {
	strides []int
	last    int64
}

// thin finds a thinning that leaves at most maxMarks spikes: by neurons as far as that goes, and by
// time for what is left.
func (g group) thin() thinning {
	t := thinning{strides: make([]int, len(g.spikes)), last: g.Activity.Ticks}
	for stride := 1; ; {
		changed := false
		for i, s := range g.spikes {
			allowed := min(stride, max(1, s.Recorder.From.Len()/minNeurons))
			changed = changed || allowed != t.strides[i]
			t.strides[i] = allowed
		}
		left := g.marks(t)
		if left <= maxMarks {
			return t
		}
		if !changed {
			break
		}
		stride = max(stride+1, stride*left/maxMarks)
	}
	t.last = int64(sort.Search(int(min(t.last, math.MaxInt32)), func(tick int) bool {
		return g.marks(thinning{t.strides, int64(tick)}) > maxMarks
	})) - 1
	return t
}

// marks counts the spikes that a thinning leaves.
func (g group) marks(t thinning) int {
	n := 0
	for i := range g.spikes {
		g.visit(t, i, func(int) { n++ })
	}
	return n
}

// visit calls f with the index of every spike of recorder i that a thinning leaves.
func (g group) visit(t thinning, i int, f func(spike int)) {
	s := g.spikes[i]
	end := sort.Search(s.Len(), func(k int) bool { return s.Ticks[k] > t.last })
	for k := range end {
		if (int(s.Neurons[k])-s.Recorder.From.Lo)%t.strides[i] == 0 {
			f(k)
		}
	}
}

// says describes a thinning in sentences, "" for none.
func (g group) says(t thinning) string {
	said := ""
	if most := slices.Max(t.strides); most > 1 {
		said = fmt.Sprintf(" One neuron in %d is shown", most)
		for i, stride := range t.strides {
			switch {
			case stride == 1:
				said += fmt.Sprintf(", of %s all", recorderName(g.spikes[i].Recorder))
			case stride < most:
				said += fmt.Sprintf(", of %s one in %d", recorderName(g.spikes[i].Recorder), stride)
			}
		}
		said += "."
	}
	if t.last < g.Activity.Ticks {
		said += fmt.Sprintf(" Shown are the first %s of %s.", g.duration(g.ms(t.last)), g.duration(g.modelMs()))
	}
	return said
}

// raster draws every spike as a mark over time, one row per neuron, recorders on top of each other.
func (g group) raster() *Figure {
	t := g.thin()
	label, perTick := g.timeAxis()
	p := newPlot(label, "")
	p.X.Min, p.X.Max = 0, float64(max(t.last, 1))*perTick
	p.Y.Min, p.Y.Max = 0, 1
	p.Y.Width, p.Y.Tick.Length = 0, 0
	bands := g.bands()
	p.Y.Tick.Marker = bands.ticks(g)
	signed, total := false, 0
	for i, s := range g.spikes {
		b := bands[i]
		rows := max(s.Recorder.From.Len(), 1)
		row := (b.high - b.low) / float64(rows)
		layer := marks{color: seriesColor(i), height: math.Max(row*float64(t.strides[i])*0.8, minMark)}
		negative := marks{color: ink, height: layer.height}
		g.visit(t, i, func(k int) {
			// Neuron 0 is at the bottom of the band.
			y := b.low + (float64(int(s.Neurons[k])-s.Recorder.From.Lo)+0.5)*row
			at := point{(float64(s.Ticks[k]) - g.before(s, k)) * perTick, y}
			if signOf(s, k) < 0 {
				negative.at = append(negative.at, at)
			} else {
				layer.at = append(layer.at, at)
			}
		})
		signed = signed || s.Signs != nil
		total += s.Len()
		p.Add(layer, negative)
		if i > 0 {
			p.Add(separator(b.high + bandGap/2))
		}
	}
	if total == 0 {
		p.Add(empty{"no spikes"})
	}
	caption := fmt.Sprintf("Every mark is a spike, every row a neuron of %s; neuron numbers grow upwards. Heights of populations are not to scale.", g.list())
	if signed {
		caption += " Negative spikes are drawn in the colour of the text."
	}
	title := "Spikes"
	if most := slices.Max(t.strides); most > 1 {
		title = fmt.Sprintf("Spikes, 1 neuron in %d", most)
	}
	return &Figure{
		Name: g.file("raster"), Title: g.title(title), Caption: caption + g.says(t), height: 280,
		draw: p.Draw,
	}
}

// before is the offset of a precise spike before the end of its tick, in ticks.
func (g group) before(s *sim.SpikeTrain, k int) float64 {
	if s.Before == nil {
		return 0
	}
	return s.Before[k] / g.Outline.TickMs
}

// band is the part of the height that a recorder has, from 0 at the bottom to 1.
type band struct{ low, high float64 }

type bands []band

// bands shares the height out by the numbers of neurons, on a scale of square roots, the first recorder
// on top.
func (g group) bands() bands {
	shares := make([]float64, len(g.spikes))
	var sum float64
	for i, s := range g.spikes {
		shares[i] = math.Sqrt(float64(max(s.Recorder.From.Len(), 1)))
		sum += shares[i]
	}
	var padded float64
	for i := range shares {
		shares[i] = math.Max(shares[i]/sum, minBand)
		padded += shares[i]
	}
	room := 1 - bandGap*float64(len(shares)-1)
	list := make(bands, len(shares))
	top := 1.0
	for i, share := range shares {
		height := share / padded * room
		list[i] = band{top - height, top}
		top -= height + bandGap
	}
	return list
}

// ticks writes the name of every recorder beside the middle of its band.
func (b bands) ticks(g group) plot.Ticker {
	var list plot.ConstantTicks
	for i, s := range g.spikes {
		list = append(list, plot.Tick{Value: (b[i].low + b[i].high) / 2, Label: bandLabel(s, b[i].high-b[i].low)})
	}
	return list
}

// bandLabel is the name of a recorder and, if there is room, its number of neurons.
func bandLabel(s *sim.SpikeTrain, height float64) string {
	label := shorten(recorderName(s.Recorder), 14)
	if height > 0.17 {
		label += "\n(" + groupDigits(s.Recorder.From.Len()) + ")"
	}
	return label
}

// minMark is the smallest height of a mark as a share of the height of the raster.
const minMark = 0.006

type point struct{ x, y float64 }

const (
	markWidth vg.Length = 0.7
	// marksPerPath bounds the strokes of one path: the time to fill a path with pixels grows with the
	// square of the strokes that share a row.
	marksPerPath = 500
)

// marks draws short vertical strokes.
type marks struct {
	at     []point
	color  color.Color
	height float64 // in data units
}

func (m marks) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	half := (toY(m.height) - toY(0)) / 2
	strokes := make([][]vg.Point, len(m.at))
	for i, at := range m.at {
		x, y := toX(at.x), toY(at.y)
		strokes[i] = []vg.Point{{X: x, Y: y - half}, {X: x, Y: y + half}}
	}
	for part := range slices.Chunk(strokes, marksPerPath) {
		strokeAll(c, draw.LineStyle{Color: m.color, Width: markWidth}, part)
	}
}

// separator is a faint line between two recorders.
type separator float64

func (s separator) Plot(c draw.Canvas, p *plot.Plot) {
	_, toY := p.Transforms(&c)
	y := toY(float64(s))
	c.StrokeLine2(draw.LineStyle{Color: faint, Width: 0.6}, c.Min.X, y, c.Max.X, y)
}
