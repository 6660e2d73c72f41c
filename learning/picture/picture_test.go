package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/train"
)

// logOf is the log of a training whose loss falls by a factor in every epoch.
func logOf(epochs int, factor float64, validation bool) []train.Epoch {
	var list []train.Epoch
	loss := 2.3
	for i := range epochs {
		loss *= factor
		e := train.Epoch{Epoch: i + 1, Train: train.Tally{Samples: 1000, Loss: 1000 * loss, Correct: int64(1000 / (1 + loss))}}
		if validation {
			e.Validation = &train.Score{Samples: 100, Correct: int(95 / (1 + loss))}
		}
		if i == epochs-1 {
			e.Test = &train.Score{Samples: 200, Correct: int(180 / (1 + loss))}
		}
		list = append(list, e)
	}
	return list
}

// evaluationOf is an evaluation with a confusion matrix, with the accuracy growing to that of its diagonal.
func evaluationOf(names []string, confusion [][]int, ticks int) *train.Evaluation {
	e := &train.Evaluation{Classes: names, Confusion: confusion, Loss: 0.5}
	correct := 0
	for i, row := range confusion {
		correct += row[i]
	}
	for t := range ticks {
		e.Latency = append(e.Latency, correct*(t+1)/ticks)
	}
	return e
}

var three = []string{"yin", "yang", "dot"}

func svgOf(t require.TestingT, p *Picture) string {
	var b bytes.Buffer
	require.NoError(t, p.WriteSVG(&b))
	return b.String()
}

// textsOf returns the texts of an SVG, after making sure that it is well-formed and without numbers that are
// none.
func textsOf(t require.TestingT, svg string) []string {
	d := xml.NewDecoder(strings.NewReader(svg))
	var texts []string
	inside := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		switch e := token.(type) {
		case xml.StartElement:
			inside = e.Name.Local == "text"
			for _, a := range e.Attr {
				require.NotRegexp(t, `NaN|Inf`, a.Value)
			}
		case xml.EndElement:
			inside = false
		case xml.CharData:
			if text := strings.TrimSpace(string(e)); inside && text != "" {
				texts = append(texts, text)
			}
		}
	}
	return texts
}

func TestCurveShowsWhatWasMeasured(t *testing.T) {
	p, err := Curve("mnist", logOf(3, 0.5, true))
	require.NoError(t, err)
	texts := textsOf(t, svgOf(t, p))
	for _, want := range []string{"Training of mnist", "training", "validation", "test", "loss", "accuracy (%)", "epoch", "1", "2", "3"} {
		require.Contains(t, texts, want)
	}
	require.Equal(t, "Course of the training over 3 epochs. Above: loss of a training sample, mean over the epoch. "+
		"Below: accuracy on training samples (at last 77.60 %), validation samples (at last 73.00 %), test samples (at last 69.50 %); "+
		"on training samples while the weights were changing.", p.Caption)

	p, err = Curve("mnist", logOf(1, 0.5, false))
	require.NoError(t, err)
	texts = textsOf(t, svgOf(t, p))
	require.NotContains(t, texts, "validation")
	require.Contains(t, texts, "1")
	require.NotContains(t, texts, "2")
	require.Contains(t, p.Caption, "over 1 epoch. ")
}

// A loss that falls to a small part is drawn on a logarithmic scale.
func TestCurveOfAFallingLoss(t *testing.T) {
	p, err := Curve("long", logOf(40, 0.8, false))
	require.NoError(t, err)
	require.Contains(t, p.Caption, "logarithmic scale")
	texts := textsOf(t, svgOf(t, p))
	require.Contains(t, texts, "0.1")
	require.Contains(t, texts, "0.01")
	require.Contains(t, texts, "0.001")
}

// Epochs whose loss is no number are left out, and nothing else is.
func TestCurveWithoutNumbers(t *testing.T) {
	log := logOf(4, 0.5, false)
	log[1].Train.Loss, log[2].Train.Loss = math.NaN(), math.Inf(1)
	require.Len(t, course(log).loss.points, 2)
	require.Len(t, course(log).train.points, 4)
	for i := range log {
		log[i].Train.Loss = math.NaN()
	}
	p, err := Curve("nan", log)
	require.NoError(t, err)
	textsOf(t, svgOf(t, p))
}

func TestNothingToDraw(t *testing.T) {
	_, err := Curve("x", nil)
	require.EqualError(t, err, "picture: the log of the training is empty, there is nothing to draw")
	_, err = Latency(&train.Evaluation{})
	require.EqualError(t, err, "picture: the evaluation has no ticks, there is nothing to draw")
	_, err = Latency(evaluationOf(three, [][]int{{0, 0, 0}, {0, 0, 0}, {0, 0, 0}}, 2))
	require.EqualError(t, err, "picture: the evaluation has no samples, there is nothing to draw")
	_, err = Rates(train.Work{})
	require.EqualError(t, err, "picture: no populations are counted, there is nothing to draw")
	_, err = Confusion(&train.Evaluation{Classes: three, Confusion: [][]int{{1}}})
	require.EqualError(t, err, "score: confusion matrix of 1 rows, want one for each of 3 classes")
}

func TestConfusionShowsCounts(t *testing.T) {
	p, err := Confusion(evaluationOf(three, [][]int{{90, 7, 3}, {0, 80, 20}, {0, 0, 0}}, 1))
	require.NoError(t, err)
	texts := textsOf(t, svgOf(t, p))
	for _, want := range []string{"90", "7", "3", "80", "20", "class", "predicted class", "yin", "yang", "dot"} {
		require.Contains(t, texts, want)
	}
	require.NotContains(t, texts, "0", "what did not happen is left blank")
	require.Contains(t, p.Caption, "The most frequent confusion is of yang with dot: 20 of 100 samples.")

	p, err = Confusion(evaluationOf(three, [][]int{{9, 0, 0}, {0, 8, 0}, {0, 0, 7}}, 1))
	require.NoError(t, err)
	require.Contains(t, p.Caption, "There is no confusion.")
}

// Many classes: cells without room for their counts are coloured alone, and names are left out evenly.
func TestConfusionOfManyClasses(t *testing.T) {
	var names []string
	var confusion [][]int
	for i := range 60 {
		names = append(names, fmt.Sprintf("c%d", i))
		row := make([]int, 60)
		row[i] = 123456
		confusion = append(confusion, row)
	}
	p, err := Confusion(evaluationOf(names, confusion, 1))
	require.NoError(t, err)
	texts := textsOf(t, svgOf(t, p))
	require.NotContains(t, texts, "123456")
	require.Contains(t, texts, "c0")
	require.NotContains(t, texts, "c1")
	require.Contains(t, texts, "c2")
}

func TestLatencyShowsEveryTick(t *testing.T) {
	for _, ticks := range []int{1, 6, 300} {
		p, err := Latency(evaluationOf(three, [][]int{{90, 10, 0}, {0, 95, 5}, {0, 0, 100}}, ticks))
		require.NoError(t, err)
		texts := textsOf(t, svgOf(t, p))
		require.Contains(t, texts, "1")
		if ticks > 1 {
			require.Contains(t, texts, fmt.Sprint(ticks))
		}
		require.Contains(t, p.Caption, "on 300 samples")
		require.Contains(t, p.Caption, "After the last tick it is 95.00 %.")
	}
}

func TestRatesNamePopulations(t *testing.T) {
	w := train.Work{Samples: 10, Layers: []train.LayerWork{
		{Name: "hidden", Neurons: 20, Spikes: 300, Ticks: 60},
		{Name: "population.with.a.very.long.name", Neurons: 20, Ticks: 60},
	}}
	p, err := Rates(w)
	require.NoError(t, err)
	texts := textsOf(t, svgOf(t, p))
	for _, want := range []string{"hidden", "0.2500", "0.0000", "population.with.a.v…"} {
		require.Contains(t, texts, want)
	}
	require.Equal(t, "Spikes per neuron and tick of each population, mean over 10 samples. Over all neurons it is 0.1250.", p.Caption)
	for range 70 {
		w.Layers = append(w.Layers, w.Layers[0])
	}
	p, err = Rates(w)
	require.NoError(t, err)
	require.Contains(t, p.Caption, "The last 8 populations are left out.")
}

// On a page every colour is a variable, and the picture is described in words; names cannot break out.
func TestInline(t *testing.T) {
	hostile := []string{`<b>"a"&amp;`, "yang", "dot"}
	e := evaluationOf(hostile, [][]int{{90, 7, 3}, {0, 80, 20}, {1, 1, 50}}, 4)
	e.Work = train.Work{Samples: 1, Layers: []train.LayerWork{{Name: "<i>", Neurons: 1, Spikes: 1, Ticks: 2}}}
	confusion, err := Confusion(e)
	require.NoError(t, err)
	latency, err := Latency(e)
	require.NoError(t, err)
	rates, err := Rates(e.Work)
	require.NoError(t, err)
	curve, err := Curve("<script>", logOf(5, 0.7, true))
	require.NoError(t, err)
	for _, p := range []*Picture{confusion, latency, rates, curve} {
		html, err := p.Inline()
		require.NoError(t, err)
		textsOf(t, string(html))
		require.True(t, strings.HasPrefix(string(html), `<svg role="img" aria-label="`))
		require.Empty(t, regexp.MustCompile(`#[0-9A-Fa-f]{6}\b`).FindString(string(html)), p.Name)
		require.Contains(t, string(html), "var(--series-1)")
	}
}

// The writer of SVG gives back the very colour of every strength.
func TestFadedColoursAreExact(t *testing.T) {
	for _, c := range series {
		for strength := uint32(0x1000); strength <= 0xFFFF; strength += 37 {
			r, g, b, a := faded{c, strength}.RGBA()
			part := 255 / float64(a)
			require.Equal(t, hex(c), fmt.Sprintf("#%02X%02X%02X", int(float64(r)*part), int(float64(g)*part), int(float64(b)*part)), strength)
		}
	}
}

func TestFormats(t *testing.T) {
	p, err := Curve("mnist", logOf(3, 0.5, true))
	require.NoError(t, err)
	var a, b bytes.Buffer
	require.NoError(t, p.WritePNG(&a))
	require.NoError(t, p.WritePNG(&b))
	require.Equal(t, a.Bytes(), b.Bytes(), "the same numbers give the same bytes")
	img, err := png.Decode(&a)
	require.NoError(t, err)
	require.Equal(t, 1013, img.Bounds().Dx(), "380 points at 192 per inch")
	require.Equal(t, svgOf(t, p), svgOf(t, p))
}

// Whatever is drawn, pictures are well-formed and without numbers that are none.
func TestAnyEvaluationCanBeDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "classes")
		names := rapid.SliceOfN(rapid.StringMatching(`[ -~äµ]{0,20}`), n, n).Draw(t, "names")
		confusion := make([][]int, n)
		for i := range confusion {
			confusion[i] = rapid.SliceOfN(rapid.IntRange(0, 1_000_000), n, n).Draw(t, "row")
		}
		confusion[0][0]++
		e := evaluationOf(names, confusion, rapid.IntRange(1, 100).Draw(t, "ticks"))
		for i := range rapid.IntRange(1, 5).Draw(t, "populations") {
			e.Work.Layers = append(e.Work.Layers, train.LayerWork{Name: fmt.Sprint(i), Neurons: 3, Ticks: 7, Spikes: rapid.Int64Range(0, 21).Draw(t, "spikes")})
		}
		for _, draw := range []func() (*Picture, error){
			func() (*Picture, error) { return Confusion(e) },
			func() (*Picture, error) { return Latency(e) },
			func() (*Picture, error) { return Rates(e.Work) },
		} {
			p, err := draw()
			require.NoError(t, err)
			textsOf(t, svgOf(t, p))
		}
	})
}
