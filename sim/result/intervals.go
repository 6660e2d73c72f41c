package result

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"couplet/sim/stats"
)

const (
	intervalBins = 40
	cvBins       = 30
	// intervalTail is the share of the longest intervals that the histogram leaves out.
	intervalTail = 0.01
)

// intervals draws the distributions of inter-spike intervals and of their CV, one row per recorder.
func (g group) intervals() *Figure {
	var rows [][]*plot.Plot
	for i, s := range g.spikes {
		trains := g.recording(s).Trains()
		isi, cv := g.intervalHistogram(trains, i), g.cvHistogram(trains, i)
		if i < len(g.spikes)-1 {
			isi.X.Label.Text, cv.X.Label.Text = "", ""
			hideTickLabels(&cv.X)
		}
		rows = append(rows, []*plot.Plot{isi, cv})
	}
	from := ""
	if g.statsFrom() > 0 {
		from = " from " + g.duration(g.StatsFromMs) + " on"
	}
	return &Figure{
		Name: g.file("intervals"), Title: g.title("Inter-spike intervals and their CV"),
		Caption: fmt.Sprintf("Left: intervals between the spikes of a neuron, %s%s, without the longest %g %%; the scale of time differs between rows. "+
			"Right: coefficient of variation of the intervals of every neuron with at least %d spikes (0: a clock, 1: as irregular as a Poisson process). "+
			"Heights are shares of all intervals and of all such neurons.", g.list(), from, 100*intervalTail, stats.MinSpikes),
		height: 66 + 78*vg.Length(len(rows)),
		draw:   func(c draw.Canvas) { panels(c, rows) },
	}
}

func (g group) intervalHistogram(trains [][]float64, i int) *plot.Plot {
	p := newPlot("Interval ("+g.Outline.timeUnit()+")", "Share")
	var list []float64
	for _, train := range trains {
		list = append(list, stats.Intervals(train)...)
	}
	name := shorten(recorderName(g.spikes[i].Recorder), 10)
	if len(list) == 0 {
		return blank(p, i, name, "no intervals")
	}
	slices.Sort(list)
	// Bins are whole ticks, so that no bin holds more possible intervals than its neighbour.
	tick := g.Outline.TickMs
	width := tick * max(1, float64(int64(stats.Quantile(list, 1-intervalTail)/tick/intervalBins+1)))
	fill(p, histogram(list, -tick/2, width, intervalBins), -tick/2, width, i)
	p.X.Min = 0
	p.Add(corner{fmt.Sprintf("%s: median %.3g %s", name, stats.Quantile(list, 0.5), g.Outline.timeUnit()), seriesColor(i)})
	return p
}

func (g group) cvHistogram(trains [][]float64, i int) *plot.Plot {
	p := newPlot("CV", "")
	list := stats.CVs(trains, stats.MinSpikes)
	if len(list) == 0 {
		return blank(p, i, "", "too few spikes")
	}
	n := len(list)
	var sum float64
	for k, cv := range list {
		sum += cv
		list[k] = min(cv, maxCV-maxCV/cvBins/2)
	}
	fill(p, histogram(list, 0, maxCV/cvBins, cvBins), 0, maxCV/cvBins, i)
	p.Add(corner{fmt.Sprintf("mean %.3g, n = %d", sum/float64(n), n), seriesColor(i)})
	return p
}

// maxCV is the end of the scale of the CV, the same in all rows; larger ones are counted in its last bin.
const maxCV = 1.5

// histogram returns the share of the values in every bin; values beyond the bins are left out.
func histogram(values []float64, from, width float64, bins int) []float64 {
	shares := make([]float64, bins)
	for _, v := range values {
		if b := math.Floor((v - from) / width); b >= 0 && b < float64(bins) {
			shares[int(b)]++
		}
	}
	for b := range shares {
		shares[b] /= float64(len(values))
	}
	return shares
}

// fill draws a histogram and sets the axes to it.
func fill(p *plot.Plot, heights []float64, from, width float64, i int) {
	p.X.Min, p.X.Max = from, from+width*float64(len(heights))
	p.Y.Min, p.Y.Max = 0, 1.35*slices.Max(heights)
	p.Y.Tick.Marker = ticks{3}
	p.X.Tick.Marker = ticks{4}
	p.Add(area{from, width, heights, seriesColor(i)})
}

// blank says why a panel is empty.
func blank(p *plot.Plot, i int, name, why string) *plot.Plot {
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1, 0, 1
	p.Y.Label.Text = ""
	p.HideX()
	p.HideY()
	p.Add(empty{why})
	if name != "" {
		p.Add(corner{name, seriesColor(i)})
	}
	return p
}
