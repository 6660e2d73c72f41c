package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"

	"couplet/sim"
	"couplet/sim/result"
	"couplet/sim/stats"
)

// printSummary prints what the run counted. Nothing in it depends on the wall clock.
func (j *job) printSummary(w io.Writer) error {
	a := j.simulator.Activity()
	unit := "1/s"
	if j.net.Steps {
		unit = "1/step"
	}
	t := newTable("population", ">neurons", ">spikes", fmt.Sprintf(">rate (%s)", unit), ">CV", ">updates")
	for _, p := range a.Populations {
		t.row(p.Name, fmt.Sprint(p.Neurons), fmt.Sprint(p.Spikes), number(j.rate(p)), number(j.irregularity(p.Name)), fmt.Sprint(p.Updates))
	}
	if err := t.write(w, ""); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d synaptic events in %s\n", synapticEvents(a), j.modelTime(a.Ticks))
	return err
}

// rate is the mean firing rate of a population per neuron and second (step), NaN before the first tick.
func (j *job) rate(p sim.PopulationActivity) float64 {
	duration := float64(j.simulator.Tick()) * j.net.TickMs
	if !j.net.Steps {
		duration /= 1000
	}
	return float64(p.Spikes) / float64(p.Neurons) / duration
}

// irregularity is the mean coefficient of variation of the inter-spike intervals of a population; NaN
// if its spikes are not recorded or too few.
func (j *job) irregularity(population string) float64 {
	for _, train := range j.simulator.Spikes() {
		if v := train.Recorder.From; v.Population.Name == population && v.Whole() {
			from := min(int64(j.statsMs/j.net.TickMs+0.5), j.simulator.Tick())
			cv, _ := stats.Recording{Spikes: train, TickMs: j.net.TickMs, From: from, To: j.simulator.Tick()}.MeanCV()
			return cv
		}
	}
	return math.NaN()
}

// number writes a figure, "-" for one that does not exist.
func number(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "-"
	}
	return fmt.Sprintf("%.3f", x)
}

func synapticEvents(a sim.Activity) int64 {
	events := int64(0)
	for _, p := range a.Projections {
		events += p.Events
	}
	return events
}

// remarkResult says how long the run took and where its result lies. Of a resumed run the speed is that
// of the part that this process ran.
func (j *job) remarkResult() {
	var build, run float64
	for _, p := range j.timing.Phases {
		switch p.Name {
		case buildPhase:
			build = p.Seconds
		case result.RunPhase:
			run = p.Seconds
		}
	}
	earlier := 0.0
	if j.resumed != nil {
		earlier = j.resumed.seconds(result.RunPhase)
	}
	events := synapticEvents(j.simulator.Activity()) - synapticEvents(j.began)
	j.screen.remark("built in %.2f s, simulated in %.2f s (%.1f M synaptic events/s)", build, run, float64(events)/max(run-earlier, 1e-9)/1e6)
	j.screen.remark("result in %s: open %s", j.out, filepath.Join(j.out, "report.html"))
}

// sizeLine sums up a compiled network.
func sizeLine(d sim.Description) string {
	neurons, synapses := 0, int64(0)
	for _, p := range d.Populations {
		neurons += p.Size
	}
	for _, p := range d.Projections {
		synapses += p.Synapses
	}
	workers := "1 worker"
	if d.Workers != 1 {
		workers = fmt.Sprintf("%d workers", d.Workers)
	}
	return fmt.Sprintf("%d neurons, %d synapses, %s", neurons, synapses, workers)
}
