package netfile

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"

	"codeberg.org/sbinet/npyio/npy"
	"github.com/stretchr/testify/require"

	"couplet/internal/npz"
	"couplet/sim"
	"couplet/synapse"
)

// testArray is an array of the test networks.
type testArray struct {
	name   string
	shape  []int
	values any // []float64, []float32 or []int32
}

// pattern is n dyadic numbers that look irregular, from -1 to 1 times a factor.
func pattern(n int, factor float32) []float32 {
	list := make([]float32, n)
	for i := range list {
		list[i] = factor * (float32((i*i*13+i*7+11)%33)/16 - 1)
	}
	return list
}

// validArrays are those of testdata/valid/weights.npz, invalidArrays those of testdata/invalid/arrays.npz.
var (
	validArrays = []testArray{
		{"hidden.threshold", []int{3}, []float64{1, 0.75, 1.25}},
		{"hidden.u", []int{3}, []float32{0.5, -0.5, 0}},
		{"lin.0.weight", []int{3, 4}, pattern(12, 2)},
		{"lin.0.bias", []int{3}, []float32{0.25, 0.125, 0}},
		{"head.weight", []int{2, 3}, pattern(6, 1)},
		{"image", []int{2, 4, 4}, pattern(32, 0.75)},
		{"conv.weight", []int{2, 2, 3, 3}, pattern(36, 0.75)},
		{"classes.weight", []int{3, 2, 2, 2}, pattern(24, 0.5)},
		{"gradient", []int{3}, []float64{0.25, -0.125, 0.0625}},
		{"back.weight", []int{4, 3}, pattern(12, 0.5)},
		{"tau", []int{4}, []float64{0.01, 0.02, 0.025, 0.05}},
		{"rest", []int{2, 2}, []float64{-70_000, -65_000, -60_000.5, -71_000}},
		{"delay", []int{4}, []float32{1, 2, 0.5, 3}},
		{"square", []int{2, 2}, pattern(4, 20)},
	}
	invalidArrays = []testArray{
		{"three", []int{3}, []float64{1, 2, 3}},
		{"matrix", []int{3, 2}, pattern(6, 1)},
		{"nan", []int{2}, []float64{1, math.NaN()}},
		{"infinite", []int{2}, []float32{float32(math.Inf(-1)), 0}},
		{"zero", []int{2}, []float64{5, 0}},
		{"huge", []int{2}, []float64{1e308, 0}},
		{"whole", []int{2}, []int32{1, 2}},
	}
	validSingles   = map[string][]float64{"recurrent.npy": {0.5, -1, 0, 0.25, 0, 0.5, -0.5, 1, 0.125}, "single.npy": {1, 2.5, -3, 0.1}}
	invalidSingles = map[string][]float64{"single.npy": {1, 2}}
)

// The files of arrays of the test networks hold what stands above; -update writes them.
func TestArrayFilesOfTheTests(t *testing.T) {
	checkArrays(t, "testdata/valid/weights.npz", validArrays)
	checkArrays(t, invalidDir+"/arrays.npz", invalidArrays)
	checkSingles(t, "testdata/valid", validSingles)
	checkSingles(t, invalidDir, invalidSingles)
}

func checkArrays(t *testing.T, path string, arrays []testArray) {
	var want bytes.Buffer
	w := npz.NewWriter(&want)
	for _, a := range arrays {
		switch v := a.values.(type) {
		case []float64:
			require.NoError(t, npz.Put(w, a.name, v, a.shape...))
		case []float32:
			require.NoError(t, npz.Put(w, a.name, v, a.shape...))
		case []int32:
			require.NoError(t, npz.Put(w, a.name, v, a.shape...))
		}
	}
	require.NoError(t, w.Close())
	if *update {
		require.NoError(t, os.WriteFile(path, want.Bytes(), 0o644))
	}
	file, err := openArrays(path, defaultMaxArrayBytes)
	require.NoError(t, err)
	defer file.open.Close()
	fresh, err := npz.Open(bytes.NewReader(want.Bytes()), int64(want.Len()), defaultMaxArrayBytes)
	require.NoError(t, err)
	require.Equal(t, fresh.Names(), file.archive.Names())
	for _, name := range fresh.Names() {
		descr, shape, err := file.archive.Header(name)
		require.NoError(t, err)
		wantDescr, wantShape, err := fresh.Header(name)
		require.NoError(t, err)
		require.Equal(t, wantDescr, descr, name)
		require.Equal(t, wantShape, shape, name)
		if descr == "<i4" {
			continue
		}
		got, _, err := file.archive.Floats(name)
		require.NoError(t, err)
		values, _, err := fresh.Floats(name)
		require.NoError(t, err)
		for i := range values {
			require.Equal(t, math.Float64bits(values[i]), math.Float64bits(got[i]), name)
		}
	}
}

func checkSingles(t *testing.T, directory string, files map[string][]float64) {
	for name, values := range files {
		var want bytes.Buffer
		require.NoError(t, npy.Write(&want, values)) // by another library
		requireFile(t, filepath.Join(directory, name), want.String())
	}
}

// loadArrays reads testdata/valid/arrays.yaml.
func loadArrays(t *testing.T) *sim.Network {
	net, err := Load("testdata/valid/arrays.yaml", Options{})
	require.NoError(t, err)
	return net
}

// Every number arrives where it belongs, in the unit inside couplet.
func TestArraysStandForLists(t *testing.T) {
	net := loadArrays(t)
	cells := net.Populations[0]
	require.Equal(t, synapse.Listed{10, 20, 25, 50}, cells.Each["tau_m"], "s")
	require.Equal(t, synapse.Listed{-70, -65, -60.0005, -71}, cells.Each["E_L"], "µV")
	require.Equal(t, synapse.Listed{-70, -65, -60.0005, -71}, cells.Each["V_m"])
	require.Equal(t, synapse.Listed{1, 2.5, -3, 0.1}, cells.Each["I_e"])
	require.Equal(t, synapse.Listed{1000, 2500, -3000, 100}, net.Stimuli[1].Drive.(sim.DC).Amplitude)
	weight, delay := net.Projections[0].Synapse.Strength()
	require.Equal(t, synapse.Listed{1, 2.5, -3, 0.1}, weight)
	require.Equal(t, synapse.Listed{1, 2, 0.5, 3}, delay)
	weight, _ = net.Projections[1].Synapse.Strength()
	require.Equal(t, synapse.Rounded{Value: synapse.Listed{1, 2.5, -3, 0.1}, Step: 0.5}, weight)
	learned := net.Projections[4].Synapse.(synapse.Learned)
	require.Equal(t, 30.0, learned.Limit)
	require.Equal(t, synapse.Listed{-6.25, 18.75, -6.25, 1.25}, learned.Weight)
}

// The array of a convolution is its kernel, with the axes [channels][input channels][kernel…].
func TestArrayOfAConvolution(t *testing.T) {
	net, err := Load("testdata/valid/trainedconv.yaml", Options{})
	require.NoError(t, err)
	kernel := make(synapse.Listed, 36)
	for i, x := range pattern(36, 0.75) {
		kernel[i] = float64(x)
	}
	for _, p := range net.Projections[1:3] {
		weight, _ := p.Synapse.Strength()
		require.Equal(t, kernel, weight)
	}
	first, _ := net.Projections[1].Synapse.Strength()
	second, _ := net.Projections[2].Synapse.Strength()
	require.Same(t, &first.(synapse.Listed)[0], &second.(synapse.Listed)[0], "an array is read once")
}

// Arrays are looked for beside the network file, then in the data directory.
func TestWhereArraysAreLookedFor(t *testing.T) {
	text, err := os.ReadFile("testdata/valid/arrays.yaml")
	require.NoError(t, err)
	_, err = Read("elsewhere/net.yaml", text, Options{})
	require.ErrorContains(t, err, `there is no file "single.npy"; valid: a path relative to the network file or to the data directory`)
	net, err := Read("elsewhere/net.yaml", text, Options{DataDir: "testdata/valid"})
	require.NoError(t, err)
	require.Equal(t, flatten(loadArrays(t)), flatten(net))
}

// The memory of all arrays is bounded together; one that is named twice counts once, and one that is converted
// counts again.
func TestArraysAreBounded(t *testing.T) {
	const text = `
populations:
  a: {model: iaf_psc_exp, size: 4, params: {I_e: {file: single.npy, unit: pA}}}
  b: {like: a, params: {I_e: {file: single.npy, unit: pA}}}
`
	read := func(text string, limit int64) error {
		_, err := Read("testdata/valid/net.yaml", []byte(text), Options{MaxArrayBytes: limit})
		return err
	}
	require.NoError(t, read(text, 32))
	require.EqualError(t, read(text, 31), `testdata/valid/net.yaml:3:57: populations.a.params.I_e.file: the array has length 4, which takes too much memory; valid: at most 3 numbers in all arrays of a network
testdata/valid/net.yaml:4:37: populations.b.params.I_e.file: the array has length 4, which takes too much memory; valid: at most 3 numbers in all arrays of a network`)
	const more = text + `stimuli: {s: {model: dc, amplitude: {file: single.npy, unit: nA}, to: a}}`
	require.NoError(t, read(more, 64))
	require.ErrorContains(t, read(more, 63), "stimuli.s.amplitude.file: the array has length 4")
}

// An array of a false size costs nothing: it is not read.
func TestArraysOfWrongLengthAreNotRead(t *testing.T) {
	directory := t.TempDir()
	header := "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"
	file := "\x93NUMPY\x01\x00" + string([]byte{byte(len(header)), 0}) + header
	require.NoError(t, os.WriteFile(filepath.Join(directory, "w.npy"), []byte(file), 0o644))
	const text = "populations:\n  a: {model: iaf_psc_exp, size: 4, params: {I_e: {file: w.npy, unit: pA}}}\n"
	_, err := Read(filepath.Join(directory, "net.yaml"), []byte(text), Options{})
	require.ErrorContains(t, err, "the array has length 1000000000000, but the size is 4; valid: one value for each neuron")

	header = "{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }"
	file = "\x93NUMPY\x01\x00" + string([]byte{byte(len(header)), 0}) + header + "12345678"
	require.NoError(t, os.WriteFile(filepath.Join(directory, "w.npy"), []byte(file), 0o644))
	_, err = Read(filepath.Join(directory, "net.yaml"), []byte(text), Options{})
	require.ErrorContains(t, err, "net.yaml:2:57: populations.a.params.I_e.file: the array ends after 0 of 4 elements: unexpected EOF; valid: numbers of type float32 or float64 in C order")
}

// Files are closed when the network is read, however many there are.
func TestFilesOfArraysAreClosed(t *testing.T) {
	r := &reader{arrayRoom: 100}
	f, err := openArrays("testdata/valid/single.npy", 100)
	require.NoError(t, err)
	r.arrays = f
	r.closeArrays()
	require.Nil(t, r.arrays)
	_, _, err = f.archive.Floats("")
	require.ErrorIs(t, err, os.ErrClosed)
}

// Powers of ten are exact as far as files have units.
func TestTimesPower(t *testing.T) {
	require.Equal(t, 0.3, timesPower(300, -3))
	require.Equal(t, 12_345.0, timesPower(12.345, 3))
	require.Equal(t, 1e-6, timesPower(1, -6))
}
