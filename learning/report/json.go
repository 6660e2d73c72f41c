package report

import (
	"encoding/json"
	"io"
	"math"

	"couplet/learning/score"
)

// Format names the layout of eval.json. A later one of the same layout may have further fields.
const Format = "couplet-eval/1"

// document is eval.json.
type document struct {
	Format  string `json:"format"`
	Version string `json:"version"`
	Run     string `json:"run"`
	Rule    string `json:"rule"`
	Model   struct {
		File   string `json:"file"`
		SHA256 string `json:"sha256"`
	} `json:"model"`
	Data struct {
		Set  string `json:"set"`
		Part string `json:"part"`
	} `json:"data"`
	Samples     int          `json:"samples"`
	Correct     int          `json:"correct"`
	Accuracy    float64      `json:"accuracy"`
	Interval    interval     `json:"accuracy_interval"`
	MeanRecall  *float64     `json:"mean_recall"`
	Loss        *float64     `json:"loss"`
	Ticks       int          `json:"ticks"`
	Settled     int          `json:"settled_tick"`
	Rate        float64      `json:"firing_rate"`
	Spikes      float64      `json:"spikes_per_sample"`
	Events      float64      `json:"synaptic_events_per_sample"`
	Classes     []class      `json:"classes"`
	Confusion   [][]int      `json:"confusion"`
	Latency     []tick       `json:"latency"`
	Populations []population `json:"populations"`
}

type interval struct {
	Method     string  `json:"method"`
	Confidence float64 `json:"confidence"`
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
}

// class has null where a measure does not exist.
type class struct {
	Name      string   `json:"name"`
	Samples   int      `json:"samples"`
	Predicted int      `json:"predicted"`
	Correct   int      `json:"correct"`
	Recall    *float64 `json:"recall"`
	Precision *float64 `json:"precision"`
	F1        *float64 `json:"f1"`
}

type tick struct {
	Tick     int     `json:"tick"`
	Correct  int     `json:"correct"`
	Accuracy float64 `json:"accuracy"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

type population struct {
	Name    string  `json:"name"`
	Neurons int64   `json:"neurons"`
	Spikes  int64   `json:"spikes"`
	Rate    float64 `json:"rate"`
}

// WriteJSON writes all numbers. Shares are from 0 to 1; rows of the confusion matrix are the classes of
// samples, its columns the predicted ones, both in the order of the classes.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r.document())
}

func (r *Report) document() document {
	i := r.Interval()
	d := document{
		Format: Format, Version: r.Version, Run: r.Run, Rule: r.Rule,
		Samples: r.Samples(), Correct: r.Correct(), Accuracy: r.Accuracy(),
		Interval: interval{"wilson", score.Confidence, i.Low, i.High}, MeanRecall: known(score.MeanRecall(r.Classes)), Loss: known(r.Evaluation.Loss),
		Ticks: r.Ticks(), Settled: r.Settled(), Rate: r.Evaluation.Work.Rate(), Spikes: r.Spikes(), Events: r.Events(),
		Confusion: r.Evaluation.Confusion, Populations: []population{},
	}
	d.Model.File, d.Model.SHA256, d.Data.Set, d.Data.Part = r.Model, r.SHA256, r.Set, r.Part
	for _, c := range r.Classes {
		d.Classes = append(d.Classes, class{c.Name, c.Samples, c.Predicted, c.Correct, known(c.Recall()), known(c.Precision()), known(c.F1())})
	}
	for t := 1; t <= r.Ticks(); t++ {
		i := r.IntervalAfter(t)
		d.Latency = append(d.Latency, tick{t, r.Evaluation.Latency[t-1], r.AccuracyAfter(t), i.Low, i.High})
	}
	for _, l := range r.Evaluation.Work.Layers {
		d.Populations = append(d.Populations, population{l.Name, l.Neurons, l.Spikes, l.Rate()})
	}
	return d
}

// known is nil for a number that does not exist.
func known(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}
