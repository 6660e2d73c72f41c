package result_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/sim"
	"couplet/sim/result"
)

// pictures returns all pictures of a run by name. Every one must be well-formed XML.
func pictures(t *testing.T, r result.Run) map[string]*result.Figure {
	t.Helper()
	list, err := result.Figures(&r)
	require.NoError(t, err)
	byName := make(map[string]*result.Figure)
	for _, f := range list {
		require.NotContains(t, byName, f.Name, "two pictures of one name")
		byName[f.Name] = f
		require.NoError(t, wellFormed(svg(t, f)), f.Name)
		require.NotEmpty(t, f.Caption)
	}
	return byName
}

// drawn is pictures, and makes sure that every one is a valid PNG too.
func drawn(t *testing.T, r result.Run) map[string]*result.Figure {
	t.Helper()
	byName := pictures(t, r)
	for _, f := range byName {
		var b bytes.Buffer
		require.NoError(t, f.WritePNG(&b))
		img, err := png.Decode(&b)
		require.NoError(t, err, f.Name)
		require.Greater(t, img.Bounds().Dx(), 900, "fine enough for print")
	}
	return byName
}

func svg(t *testing.T, f *result.Figure) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, f.WriteSVG(&b))
	return b.String()
}

func wellFormed(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func TestPicturesOfABalancedNetwork(t *testing.T) {
	all := drawn(t, small())
	require.Len(t, all, 5)
	require.Contains(t, all["raster"].Caption, "every row a neuron of exc and inh")
	require.NotContains(t, all["raster"].Caption, "shown", "nothing is left out")
	require.Contains(t, svg(t, all["raster"]), ">Time (ms)<")
	require.Contains(t, svg(t, all["rate"]), "Population rate (spikes/s per neuron)")
	require.Contains(t, svg(t, all["intervals"]), ">Interval (ms)<")
	require.Contains(t, svg(t, all["trace-exc_0-8.V_m"]), ">V_m (mV)<")
	require.Contains(t, all["trace-exc_0-8.V_m"].Caption, "5 of the 8 recorded neurons")
	require.Contains(t, svg(t, all["weights-exc-to-exc"]), ">Weight<")
}

func TestFontHasAFallback(t *testing.T) {
	picture := svg(t, pictures(t, small())["rate"])
	require.Contains(t, picture, "font-family:'Liberation Sans',Arial")
	require.NotContains(t, picture, "font-family:Liberation Sans;")
}

// raster counts the marks in a raster: every one is a vertical stroke.
func raster(t *testing.T, r result.Run) (marks int, caption string) {
	t.Helper()
	f := pictures(t, r)["raster"]
	for _, path := range strings.Split(svg(t, f), "<path") {
		if strings.Contains(path, "stroke-width:0.7") {
			marks += strings.Count(path, "M")
		}
	}
	return marks, f.Caption
}

func longestPath(picture string) string {
	longest := ""
	for _, path := range strings.Split(picture, "<path") {
		if len(path) > len(longest) {
			longest = path
		}
	}
	return longest
}

func TestEverySpikeOfASmallRunIsAMark(t *testing.T) {
	pop := &sim.Population{Name: "p", Size: 40}
	s := irregular(pop, 5000, 0.1, 20, 3)
	o := outline("n", 0.1, false, pop)
	marks, _ := raster(t, result.Run{Outline: o, Activity: activity(o, 5000, s), Spikes: []*sim.SpikeTrain{s}})
	require.Equal(t, s.Len(), marks)
}

// TestLargeRastersShowWholeNeurons: of 60000 spikes of 600 neurons one neuron in 3 is kept, with all
// its spikes.
func TestLargeRastersShowWholeNeurons(t *testing.T) {
	pop := &sim.Population{Name: "p", Size: 600}
	s := train(pop.All(), nil, nil)
	for tick := int64(1); tick <= 100; tick++ {
		for n := range uint32(600) {
			s.Ticks, s.Neurons = append(s.Ticks, tick), append(s.Neurons, n)
		}
	}
	o := outline("n", 0.1, false, pop)
	r := result.Run{Outline: o, Activity: activity(o, 100, s), Spikes: []*sim.SpikeTrain{s}}
	marks, caption := raster(t, r)
	require.Equal(t, 20000, marks)
	require.Contains(t, caption, "One neuron in 3 is shown.")
	require.NotContains(t, caption, "first")
	list, err := result.Figures(&r)
	require.NoError(t, err)
	require.Equal(t, "Spikes, 1 neuron in 3", list[0].Title, "a picture says it even without its caption")
}

// TestRastersOfFewBusyNeuronsShowTheBeginning: 25 neurons cannot be thinned below 20.
func TestRastersOfFewBusyNeuronsShowTheBeginning(t *testing.T) {
	pop := &sim.Population{Name: "p", Size: 25}
	s := train(pop.All(), nil, nil)
	for tick := int64(1); tick <= 1600; tick++ {
		for n := range uint32(25) {
			s.Ticks, s.Neurons = append(s.Ticks, tick), append(s.Neurons, n)
		}
	}
	o := outline("n", 0.1, false, pop)
	marks, caption := raster(t, result.Run{Outline: o, Activity: activity(o, 1600, s), Spikes: []*sim.SpikeTrain{s}})
	require.Equal(t, 20000, marks)
	require.Contains(t, caption, "Shown are the first 80 ms of 160 ms.")
}

func TestUnevenThinningIsSaid(t *testing.T) {
	large, small := &sim.Population{Name: "large", Size: 4000}, &sim.Population{Name: "small", Size: 60}
	a, b := train(large.All(), nil, nil), train(small.All(), nil, nil)
	for tick := int64(1); tick <= 20; tick++ {
		for n := range uint32(4000) {
			a.Ticks, a.Neurons = append(a.Ticks, tick), append(a.Neurons, n)
		}
	}
	b.Ticks, b.Neurons = []int64{3}, []uint32{7}
	o := outline("n", 1, true, large, small)
	_, caption := raster(t, result.Run{Outline: o, Activity: activity(o, 20, a, b), Spikes: []*sim.SpikeTrain{a, b}})
	require.Contains(t, caption, "One neuron in 4 is shown, of small one in 3.")
}

func TestManyRecordersShareSeveralPictures(t *testing.T) {
	var pops []*sim.Population
	var trains []*sim.SpikeTrain
	for i := range 9 {
		p := &sim.Population{Name: fmt.Sprint("p", i), Size: 5}
		pops, trains = append(pops, p), append(trains, train(p.All(), []int64{1}, []uint32{0}))
	}
	o := outline("n", 0.1, false, pops...)
	all := pictures(t, result.Run{Outline: o, Activity: activity(o, 10, trains...), Spikes: trains})
	require.Len(t, all, 6)
	require.Contains(t, all, "raster-1")
	require.Equal(t, "Spikes (2 of 2)", all["raster-2"].Title)
	require.Contains(t, all["raster-2"].Caption, "a neuron of p8;")
}

func TestImagesOfShapedPopulations(t *testing.T) {
	all := drawn(t, camera(10))
	require.Contains(t, all, "image-input")
	require.NotContains(t, all, "image-hidden")
	require.Contains(t, svg(t, all["image-input"]), ">channel 1<")
	require.Contains(t, all["image-input"].Caption, "channel 0 counts the events of falling brightness (off)")
	for _, c := range []struct {
		shape []int
		size  int
		title string // "": no picture
	}{
		{[]int{1, 4, 5}, 20, "channel 0"},
		{[]int{3, 2, 2}, 12, "channel 2"},
		{[]int{16, 2, 2}, 64, "all 16 channels"},
		{[]int{1, 1, 30}, 30, "channel 0"},
		{[]int{10, 1, 1}, 10, ""},
		{[]int{4, 5}, 20, ""},
		{[]int{1, 4, 6}, 20, ""},
		{[]int{-1, -4, 5}, 20, ""},
		{[]int{1 << 40, 1 << 40, 0}, 20, ""},
	} {
		pop := &sim.Population{Name: "p", Size: c.size, Shape: c.shape}
		s := train(pop.All(), []int64{1, 2}, []uint32{0, uint32(c.size - 1)})
		o := outline("n", 1, true, pop)
		all := pictures(t, result.Run{Outline: o, Activity: activity(o, 2, s), Spikes: []*sim.SpikeTrain{s}})
		if c.title == "" {
			require.NotContains(t, all, "image-p", "%v", c.shape)
			continue
		}
		require.Contains(t, svg(t, all["image-p"]), ">"+c.title+"<", "%v", c.shape)
	}
}

// TestOddRunsAreDrawn: whatever a run may hold, there is a picture of it.
func TestOddRunsAreDrawn(t *testing.T) {
	pop := &sim.Population{Name: "p", Size: 3}
	none := &sim.Population{Name: "none", Size: 0}
	o := outline("n", 0.1, false, pop, none)
	trace := func(values ...float64) *sim.Trace {
		tr := &sim.Trace{Recorder: &sim.Recorder{What: "V_m", From: pop.Slice(0, 1)}, Values: values}
		for i := range values {
			tr.Ticks = append(tr.Ticks, int64(i+1))
		}
		return tr
	}
	nan, inf := math.NaN(), math.Inf(1)
	of := &sim.Projection{Name: "x", From: pop.All(), To: pop.All()}
	weights := func(values ...float64) *sim.WeightLog {
		w := &sim.WeightLog{Recorder: &sim.Recorder{What: "weights", Of: of}, Weights: values}
		for i := range values {
			w.Ticks = append(w.Ticks, int64(i+1))
			w.Ordinals = append(w.Ordinals, uint64(i%2)<<60)
			w.Sources, w.Targets = append(w.Sources, 0), append(w.Targets, 0)
		}
		return w
	}
	for _, ticks := range []int64{10, 1 << 40} {
		r := result.Run{
			Outline: o, Activity: activity(o, ticks),
			Spikes: []*sim.SpikeTrain{
				train(pop.All(), nil, nil),
				train(none.All(), nil, nil),
				train(pop.All(), []int64{5}, []uint32{2}),
				train(pop.All(), []int64{5, 5, 5, 5}, []uint32{2, 2, 2, 2}),
			},
			Traces: []*sim.Trace{
				trace(), trace(1), trace(3, 3, 3), trace(nan, nan), trace(1, nan, 2, inf, 3),
				trace(-math.MaxFloat64, math.MaxFloat64), trace(0, 5e-324),
				{Recorder: &sim.Recorder{What: "V_m", From: pop.Slice(1, 1)}, Ticks: []int64{1}},
			},
			Weights: []*sim.WeightLog{weights(), weights(1, 1, 1), weights(nan, inf), weights(0, 1e300, -1e300, 2)},
		}
		require.NotEmpty(t, drawn(t, r))
	}
	empty := result.Run{Outline: o, Activity: activity(o, 0), Spikes: []*sim.SpikeTrain{train(pop.All(), nil, nil)}, Traces: []*sim.Trace{trace()}}
	require.NotEmpty(t, drawn(t, empty))
}

func TestGapsAndExtremesOfLongTracesAreKept(t *testing.T) {
	pop := &sim.Population{Name: "p", Size: 1}
	tr := &sim.Trace{Recorder: &sim.Recorder{What: "V_m", From: pop.All()}, Unit: "mV"}
	for i := range 100_000 {
		v := 0.0
		switch {
		case i == 12_345:
			v = 100 // one sample only
		case i >= 50_000 && i < 60_000:
			v = math.NaN()
		}
		tr.Ticks, tr.Values = append(tr.Ticks, int64(i+1)), append(tr.Values, v)
	}
	o := outline("n", 0.1, false, pop)
	picture := svg(t, pictures(t, result.Run{Outline: o, Activity: activity(o, 100_000), Traces: []*sim.Trace{tr}})["trace-p.V_m"])
	require.Contains(t, picture, ">100<", "the axis reaches the peak")
	line := longestPath(picture)
	require.Equal(t, 2, strings.Count(line, "M"), "two pieces with a gap between")
	require.Less(t, strings.Count(line, "L"), 3200, "gathered into columns")
	highest := 0.0
	for _, step := range strings.FieldsFunc(line, func(c rune) bool { return c == 'M' || c == 'L' || c == '"' }) {
		var x, y float64
		if n, _ := fmt.Sscanf(step, "%g,%g", &x, &y); n == 2 {
			highest = max(highest, y)
		}
	}
	require.Greater(t, highest, 60.0, "the peak is drawn")
}

// failing is a writer on a full disk.
type failing struct{}

var errFull = errors.New("disk full")

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestErrorsOfTheWriterComeBack(t *testing.T) {
	r := clock()
	list, err := result.Figures(&r)
	require.NoError(t, err)
	require.ErrorIs(t, list[0].WritePNG(failing{}), errFull)
	require.ErrorIs(t, list[0].WriteSVG(failing{}), errFull)
}
