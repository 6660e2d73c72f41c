package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/report"
	"couplet/learning/score"
	"couplet/learning/train"
)

// small is an evaluation of 20 samples, with a class that does not occur.
func small() *train.Evaluation {
	return &train.Evaluation{
		Classes:   []string{"yin", "yang", "dot"},
		Confusion: [][]int{{8, 2, 0}, {1, 9, 0}, {0, 0, 0}},
		Latency:   []int{4, 16, 17, 17},
		Loss:      0.25,
		Work: train.Work{Samples: 20, Forward: 3000, Layers: []train.LayerWork{
			{Name: "hidden", Neurons: 50, Spikes: 1000, Ticks: 80}, {Name: "deep", Neurons: 10, Spikes: 200, Ticks: 80},
		}},
	}
}

var subject = report.Subject{
	Run: "taiji <1>", Model: "model.npz", SHA256: "00ff", Rule: "ottt", Set: "yinyang", Part: "test", Version: "9.9.9",
	RunFile: []byte("train: taiji\nseed: 1\n"),
}

func newReport(t require.TestingT, e *train.Evaluation) *report.Report {
	r, err := report.New(subject, e)
	require.NoError(t, err)
	return r
}

// files writes all files of a report.
func files(t require.TestingT, r *report.Report) map[string]string {
	list, err := r.Files()
	require.NoError(t, err)
	written := map[string]string{}
	for _, f := range list {
		var b bytes.Buffer
		require.NoError(t, f.Write(&b))
		written[f.Name] = b.String()
	}
	return written
}

func TestMeasures(t *testing.T) {
	r := newReport(t, small())
	require.Equal(t, 20, r.Samples())
	require.Equal(t, 17, r.Correct())
	require.Equal(t, 0.85, r.Accuracy())
	require.Equal(t, 0.2, r.AccuracyAfter(1))
	require.Equal(t, score.Wilson(17, 20), r.Interval())
	require.Equal(t, score.Wilson(4, 20), r.IntervalAfter(1))
	require.Equal(t, 60.0, r.Spikes())
	require.Equal(t, 150.0, r.Events())
	require.Equal(t, []string{"dot"}, r.Missing())
	require.Equal(t, 2, r.Settled(), "0.2 is outside of the final interval, 0.8 is not")
}

// The accuracy may leave the final interval again: only the last entry counts.
func TestSettled(t *testing.T) {
	for _, c := range []struct {
		latency []int
		want    int
	}{{[]int{17}, 1}, {[]int{17, 17, 17}, 1}, {[]int{17, 2, 17}, 3}, {[]int{2, 20, 17}, 3}, {[]int{2, 2, 17}, 3}} {
		e := small()
		e.Latency = c.latency
		require.Equal(t, c.want, newReport(t, e).Settled(), "%v", c.latency)
	}
}

func TestNewRefuses(t *testing.T) {
	for want, change := range map[string]func(*train.Evaluation){
		"report: the evaluation has no ticks (0); want at least 1":                                         func(e *train.Evaluation) { e.Latency = nil },
		"report: the evaluation has no samples (0); want at least 1":                                       func(e *train.Evaluation) { e.Confusion = [][]int{{0, 0, 0}, {0, 0, 0}, {0, 0, 0}} },
		"report: 17 samples on the diagonal of the confusion matrix, but 16 are right after the last tick": func(e *train.Evaluation) { e.Latency[3] = 16 },
		"score: confusion matrix of 3 rows, want one for each of 2 classes":                                func(e *train.Evaluation) { e.Classes = e.Classes[:2] },
	} {
		e := small()
		change(e)
		_, err := report.New(subject, e)
		require.EqualError(t, err, want)
	}
}

func TestSelectedTicks(t *testing.T) {
	require.Equal(t, []int{1}, report.SelectedTicks(1))
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, report.SelectedTicks(12))
	require.Equal(t, []int{1, 2, 5, 10, 13}, report.SelectedTicks(13))
	require.Equal(t, []int{1, 2, 5, 10, 20, 50, 100}, report.SelectedTicks(100))
	require.Equal(t, []int{1, 2, 5, 10, 20, 50, 100, 200, 300}, report.SelectedTicks(300))
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1<<20).Draw(t, "ticks")
		list := report.SelectedTicks(n)
		require.True(t, slices.IsSorted(list) && len(slices.Compact(slices.Clone(list))) == len(list))
		require.Equal(t, 1, list[0])
		require.Equal(t, n, list[len(list)-1])
		require.Less(t, len(list), 22)
	})
}

func TestJSON(t *testing.T) {
	var d struct {
		Format, Version, Run, Rule string
		Model                      struct{ File, SHA256 string }
		Data                       struct{ Set, Part string }
		Samples, Correct, Ticks    int
		Accuracy                   float64
		Interval                   struct {
			Method    string
			Low, High float64
		} `json:"accuracy_interval"`
		Recall  float64 `json:"mean_recall"`
		Loss    float64
		Settled int     `json:"settled_tick"`
		Rate    float64 `json:"firing_rate"`
		Spikes  float64 `json:"spikes_per_sample"`
		Events  float64 `json:"synaptic_events_per_sample"`
		Classes []struct {
			Name                        string
			Samples, Predicted, Correct int
			Recall, Precision, F1       *float64
		}
		Confusion   [][]int
		Latency     []struct{ Tick, Correct int }
		Populations []struct {
			Name            string
			Neurons, Spikes int
			Rate            float64
		}
	}
	text := files(t, newReport(t, small()))["eval.json"]
	require.NoError(t, json.Unmarshal([]byte(text), &d))
	require.Equal(t, []string{report.Format, "9.9.9", "taiji <1>", "ottt"}, []string{d.Format, d.Version, d.Run, d.Rule})
	require.Equal(t, []string{"model.npz", "00ff", "yinyang", "test"}, []string{d.Model.File, d.Model.SHA256, d.Data.Set, d.Data.Part})
	require.Equal(t, []int{20, 17, 4, 2}, []int{d.Samples, d.Correct, d.Ticks, d.Settled})
	require.Equal(t, []float64{0.85, 0.25, 60, 150}, []float64{d.Accuracy, d.Loss, d.Spikes, d.Events})
	require.InDelta(t, (0.8+0.9)/2, d.Recall, 1e-15, "of the classes that occur")
	require.Equal(t, 1200.0/(60*80), d.Rate)
	require.Equal(t, "wilson", d.Interval.Method)
	require.Equal(t, score.Wilson(17, 20), score.Interval{Low: d.Interval.Low, High: d.Interval.High})
	require.Equal(t, small().Confusion, d.Confusion)
	require.Equal(t, 0.9, *d.Classes[1].Recall)
	require.Equal(t, 9.0/11, *d.Classes[1].Precision)
	require.Nil(t, d.Classes[2].Recall, "of a class without samples")
	require.Len(t, d.Latency, 4)
	require.Equal(t, 16, d.Latency[1].Correct)
	require.Equal(t, 0.25, d.Populations[0].Rate)
}

func TestTables(t *testing.T) {
	written := files(t, newReport(t, small()))
	for name, want := range map[string][][]string{
		"confusion.csv": {{"class", "yin", "yang", "dot"}, {"yin", "8", "2", "0"}, {"yang", "1", "9", "0"}, {"dot", "0", "0", "0"}},
		"rates.csv":     {{"population", "neurons", "spikes", "rate"}, {"hidden", "50", "1000", "0.25"}, {"deep", "10", "200", "0.25"}},
	} {
		rows, err := csv.NewReader(strings.NewReader(written[name])).ReadAll()
		require.NoError(t, err)
		require.Equal(t, want, rows)
	}
	rows, err := csv.NewReader(strings.NewReader(written["latency.csv"])).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 5)
	require.Equal(t, []string{"2", "16", "0.8"}, rows[2][:3])
}

// The page opens offline: no script, nothing from elsewhere, and names cannot break out of their places.
func TestPageStandsAlone(t *testing.T) {
	page := files(t, newReport(t, small()))["report.html"]
	for _, never := range []string{"http:", "https:", "<script", "@import", "taiji <1>", "NaN", "ZgotmplZ"} {
		require.False(t, strings.Contains(page, never), never)
	}
	for _, always := range []string{
		`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`, "taiji &lt;1&gt;", "85.00 %",
		"There is none of dot in this part", "train: taiji", "<code>00ff</code>", "model.npz, trained by ottt, evaluated on the test samples of yinyang with couplet 9.9.9.",
		`<tr><th scope="row">yang</th><td class="n">10</td><td class="n">11</td><td class="n">9</td><td class="n">0.900</td><td class="n">0.818</td><td class="n">0.857</td></tr>`,
		`<tr><th scope="row">dot</th><td class="n">0</td><td class="n">0</td><td class="n">0</td><td class="n">–</td>`,
		`<tr><th scope="row">yin</th><td class="n">8</td><td class="n">2</td><td class="n">0</td></tr>`,
	} {
		require.True(t, strings.Contains(page, always), always)
	}
	require.Equal(t, 3, strings.Count(page, `<svg role="img" aria-label="`))
	for _, link := range regexp.MustCompile(`(?:href|src)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		require.Contains(t, report.Names(), link[1])
	}
	body := page[strings.Index(page, "<body>"):]
	require.Empty(t, regexp.MustCompile(`#[0-9A-Fa-f]{6}\b`).FindString(body), "every colour is a variable of the style")
	for _, v := range regexp.MustCompile(`var\((--[a-z0-9-]+)\)`).FindAllStringSubmatch(body, -1) {
		require.True(t, strings.Contains(page, v[1]+": #"), "the style sets %s", v[1])
	}
}

// A loss that is no number is shown as missing, and null in JSON.
func TestLossWithoutNumber(t *testing.T) {
	e := small()
	e.Loss = math.NaN()
	written := files(t, newReport(t, e))
	require.Contains(t, written["eval.json"], `"loss": null`)
	require.False(t, strings.Contains(written["report.html"], "NaN"))
}

func TestFiles(t *testing.T) {
	r := newReport(t, small())
	list, err := r.Files()
	require.NoError(t, err)
	var names []string
	for _, f := range list {
		names = append(names, f.Name)
	}
	require.Equal(t, report.Names(), names)
	require.Equal(t, report.JSONFile, names[len(names)-1], "the last one")
	require.Equal(t, files(t, r), files(t, newReport(t, small())), "equal evaluations give equal bytes")

	e := small()
	e.Work.Layers = nil
	require.NotContains(t, files(t, newReport(t, e)), "rates.svg")
}
