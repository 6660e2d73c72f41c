package result

import (
	"math"

	"couplet/sim"
	"couplet/sim/stats"
)

// format names the layout of a result directory.
const format = "couplet-result/1"

// summary is summary.json. It holds all of a run that is neither an array nor a wall-clock time.
type summary struct {
	Format      string      `json:"format"`
	Version     string      `json:"version"`
	Seed        uint64      `json:"seed"`
	Ticks       int64       `json:"ticks"`
	ModelTime   float64     `json:"model_time"`
	PlannedTime float64     `json:"planned_time,omitempty"`
	TimeUnit    string      `json:"time_unit"`
	RateUnit    string      `json:"rate_unit"`
	Partial     bool        `json:"partial"`
	Totals      Totals      `json:"totals"`
	Network     Outline     `json:"network"`
	Activity    activity    `json:"activity"`
	Statistics  statistics  `json:"statistics"`
	Spikes      []recording `json:"spike_recorders"`
	Traces      []recording `json:"trace_recorders"`
	Weights     []recording `json:"weight_recorders"`
}

// Totals sums the counts of a run over the network.
type Totals struct {
	Neurons        int64 `json:"neurons"`
	Synapses       int64 `json:"synapses"`
	Spikes         int64 `json:"spikes"`
	NegativeSpikes int64 `json:"negative_spikes"`
	SynapticEvents int64 `json:"synaptic_events"`
	NeuronUpdates  int64 `json:"neuron_updates"`
	ActiveUpdates  int64 `json:"active_updates,omitempty"` // these two are 0 if they were not counted
	IdleUpdates    int64 `json:"idle_updates,omitempty"`
	PlasticUpdates int64 `json:"plastic_updates"`
	StimulusEvents int64 `json:"stimulus_events"`
}

// activity is sim.Activity with the names of the file and the rates that follow from the counts.
type activity struct {
	Populations []populationActivity `json:"populations"`
	Projections []projectionActivity `json:"projections"`
	Stimuli     []stimulusActivity   `json:"stimuli"`
}

type populationActivity struct {
	Name     string  `json:"name"`
	Neurons  int     `json:"neurons"`
	Spikes   int64   `json:"spikes"`
	Negative int64   `json:"negative_spikes"`
	Muted    int64   `json:"muted_spikes,omitempty"` // spikes that nobody heard
	Updates  int64   `json:"neuron_updates"`
	Active   *int64  `json:"active_updates,omitempty"` // missing unless sim.Options.CountActive was set
	Idle     *int64  `json:"idle_updates,omitempty"`
	Rate     *figure `json:"rate"` // spikes per neuron and second (step), over the whole run
}

type projectionActivity struct {
	Name     string `json:"name"`
	Synapses int64  `json:"synapses"`
	Spikes   *int64 `json:"spikes,omitempty"` // taken up; missing in files from before it was counted
	Events   int64  `json:"synaptic_events"`
	Plastic  int64  `json:"plastic_updates"`
}

type stimulusActivity struct {
	Name   string `json:"name"`
	Events int64  `json:"events"`
}

// statistics says from which time on and with which bins the recordings were analysed.
type statistics struct {
	From           float64 `json:"from"`
	FanoBin        float64 `json:"fano_bin"`
	CorrelationBin float64 `json:"correlation_bin"`
}

// recording describes a recorder and what it recorded.
type recording struct {
	Name       string        `json:"name"`
	Array      string        `json:"array"` // key in the archive and in the names of pictures
	What       string        `json:"what"`
	From       Span          `json:"from"`         // of a weight recorder: the source view
	To         *Span         `json:"to,omitempty"` // of a weight recorder: the target view
	Projection string        `json:"projection,omitempty"`
	Every      float64       `json:"every,omitempty"`
	Unit       string        `json:"unit,omitempty"`
	Entries    int           `json:"entries"` // spikes, samples or weights
	Figures    *spikeFigures `json:"statistics,omitempty"`
}

// spikeFigures are the statistics of a spike recording, see package stats.
type spikeFigures struct {
	Active      int     `json:"active_neurons"`
	Rate        *figure `json:"rate"`
	CV          *figure `json:"cv_isi"`
	CVNeurons   int     `json:"cv_isi_neurons"`
	Fano        *figure `json:"fano_factor"`
	Correlation *figure `json:"mean_pair_correlation"`
}

// figure is a number that may be missing: null in JSON, NaN in Go.
type figure float64

func figureOf(x float64) *figure {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return (*figure)(&x)
}

func (f *figure) value() float64 {
	if f == nil {
		return math.NaN()
	}
	return float64(*f)
}

// Totals returns the counts of the run summed over the network.
func (r *Run) Totals() Totals {
	var t Totals
	for _, p := range r.Activity.Populations {
		t.Neurons += int64(p.Neurons)
		t.Spikes += p.Spikes
		t.NegativeSpikes += p.Negative
		t.NeuronUpdates += p.Updates
		t.ActiveUpdates += p.Active
		t.IdleUpdates += p.Idle
	}
	for _, p := range r.Activity.Projections {
		t.Synapses += p.Synapses
		t.SynapticEvents += p.Events
		t.PlasticUpdates += p.Plastic
	}
	for _, s := range r.Activity.Stimuli {
		t.StimulusEvents += s.Events
	}
	return t
}

// summarise makes the content of summary.json.
func (r *Run) summarise() summary {
	return summary{
		Format: format, Version: r.Version, Seed: r.Seed,
		Ticks: r.Activity.Ticks, ModelTime: r.modelMs(), PlannedTime: r.PlannedMs,
		TimeUnit: r.Outline.timeUnit(), RateUnit: r.Outline.rateUnit(), Partial: r.Partial,
		Totals: r.Totals(), Network: r.Outline, Activity: r.activity(),
		Statistics: r.statistics(),
		Spikes:     r.spikeRecordings(), Traces: r.traceRecordings(), Weights: r.weightRecordings(),
	}
}

func (r *Run) activity() activity {
	a := activity{[]populationActivity{}, []projectionActivity{}, []stimulusActivity{}}
	for _, p := range r.Activity.Populations {
		sum := populationActivity{Name: p.Name, Neurons: p.Neurons, Spikes: p.Spikes, Negative: p.Negative, Muted: p.Muted,
			Updates: p.Updates, Rate: figureOf(r.rate(p))}
		if r.Activity.CountActive {
			sum.Active, sum.Idle = &p.Active, &p.Idle
		}
		a.Populations = append(a.Populations, sum)
	}
	for _, p := range r.Activity.Projections {
		sum := projectionActivity{Name: p.Name, Synapses: p.Synapses, Events: p.Events, Plastic: p.Plastic}
		if p.Spikes >= 0 {
			sum.Spikes = &p.Spikes
		}
		a.Projections = append(a.Projections, sum)
	}
	for _, s := range r.Activity.Stimuli {
		a.Stimuli = append(a.Stimuli, stimulusActivity(s))
	}
	return a
}

// rate is the mean firing rate of a population over the whole run, NaN for none.
func (r *Run) rate(p sim.PopulationActivity) float64 {
	return r.Outline.rate(float64(p.Spikes) / (float64(p.Neurons) * r.modelMs() / 1000))
}

// Widths of the bins in which the synchrony and the correlation of spikes are counted: those that the
// literature on balanced networks and on the cortical microcircuit uses.
const (
	fanoBinMs        = 1
	correlationBinMs = 2
)

// bin is the number of ticks of a bin: one on a step grid, and at least one.
func (r *Run) bin(widthMs float64) int64 {
	if r.Outline.Steps {
		return 1
	}
	return max(1, int64(widthMs/r.Outline.TickMs+0.5))
}

func (r *Run) statistics() statistics {
	return statistics{
		From:           r.StatsFromMs,
		FanoBin:        r.ms(r.bin(fanoBinMs)),
		CorrelationBin: r.ms(r.bin(correlationBinMs)),
	}
}

func (r *Run) spikeRecordings() []recording {
	list := []recording{}
	for i, key := range r.spikeKeys() {
		s := r.Spikes[i]
		sum := r.recording(s).Summarise(r.bin(fanoBinMs), r.bin(correlationBinMs))
		list = append(list, recording{
			Name: recorderName(s.Recorder), Array: key, What: s.Recorder.What,
			From: spanOf(s.Recorder.From), Entries: s.Len(),
			Figures: &spikeFigures{
				Active: sum.Active, Rate: figureOf(r.Outline.rate(sum.RateHz)),
				CV: figureOf(sum.CV), CVNeurons: sum.CVNeurons,
				Fano: figureOf(sum.Fano), Correlation: figureOf(sum.Correlation),
			},
		})
	}
	return list
}

// recording is a spike train with the stretch of time that the statistics take in.
func (r *Run) recording(s *sim.SpikeTrain) stats.Recording {
	return stats.Recording{Spikes: s, TickMs: r.Outline.TickMs, From: r.statsFrom(), To: r.Activity.Ticks}
}

func (r *Run) traceRecordings() []recording {
	list := []recording{}
	for i, key := range r.traceKeys() {
		t := r.Traces[i]
		list = append(list, recording{
			Name: recorderName(t.Recorder), Array: key, What: t.Recorder.What, From: spanOf(t.Recorder.From),
			Every: t.Recorder.EveryMs, Unit: t.Unit, Entries: len(t.Ticks),
		})
	}
	return list
}

func (r *Run) weightRecordings() []recording {
	list := []recording{}
	for i, key := range r.weightKeys() {
		w := r.Weights[i]
		of := w.Recorder.Of
		to := spanOf(of.To)
		list = append(list, recording{
			Name: recorderName(w.Recorder), Array: key, What: w.Recorder.What,
			From: spanOf(of.From), To: &to, Projection: of.Name, Entries: len(w.Ticks),
		})
	}
	return list
}
