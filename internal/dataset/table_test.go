package dataset

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTable(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		opt     TableOptions
		classes []string
	}{
		"counts":  {"3,2,red,green\n1,2.5,0\n-3,4e-1,1\n 5 , 6 , 0 \n", TableOptions{Header: CountsHeader}, []string{"red", "green"}},
		"given":   {"3,2,red,green\n1,2.5,0\n-3,4e-1,1\n5,6,0\n", TableOptions{Header: CountsHeader, Options: Options{Classes: []string{"r", "g"}}}, []string{"r", "g"}},
		"none":    {"1,2.5,0\r\n-3,0.4,1\r\n\r\n5,6,0", TableOptions{}, []string{"0", "1"}},
		"names":   {"\ufeffx,y,label\n1,2.5,0\n-3,.4,1\n5,6,0\n", TableOptions{Header: NamesHeader, Columns: []string{"x", "y", "label"}}, []string{"0", "1"}},
		"any":     {"a,b,c\n1,2.5,0\n-3,.4,1\n5,6,0\n\n\n", TableOptions{Header: NamesHeader}, []string{"0", "1"}},
		"classes": {"1,2.5,0\n-3,0.4,1\n5,6,0\n", TableOptions{Options: Options{Classes: numbered(3)}}, numbered(3)},
	} {
		t.Run(name, func(t *testing.T) {
			for _, raw := range [][]byte{[]byte(c.text), zipped(t, []byte(c.text))} {
				d, err := ReadTable(bytes.NewReader(raw), c.opt)
				require.NoError(t, err)
				requireDataset(t, d, 3, []int{2}, c.classes)
				for i, want := range [][]float32{{1, 2.5}, {-3, 0.4}, {5, 6}} {
					x, label := sample(t, d, i)
					require.Equal(t, want, x)
					require.Equal(t, i%2, label)
				}
			}
		})
	}
}

func TestTableRefuses(t *testing.T) {
	counts, names := TableOptions{Header: CountsHeader}, TableOptions{Header: NamesHeader, Columns: []string{"x", "label"}}
	two := TableOptions{Options: Options{Classes: numbered(2)}}
	for name, c := range map[string]struct {
		text   string
		opt    TableOptions
		reason error
		offset int64
		want   string
	}{
		"empty":           {"", TableOptions{}, ErrTruncated, 0, "no rows"},
		"empty, counts":   {"\n", counts, ErrTruncated, 1, "valid is rows,features,class names"},
		"header only":     {"x,label\n", names, ErrTruncated, 8, "no rows"},
		"short header":    {"3,2\n", counts, ErrMalformed, 0, "the header has 2 columns"},
		"rows":            {"x,2,a\n", counts, ErrMalformed, 0, `number of rows is "x"`},
		"features":        {"3,-2,a\n", counts, ErrMalformed, 2, `number of features is "-2"`},
		"no features":     {"3,0,a\n", counts, ErrMalformed, 2, "number of features is 0"},
		"many features":   {"3,99999999999999,a\n", counts, ErrTooLarge, 2, "valid is 0 to 65536"},
		"given classes":   {"1,1,a,b,c\n1,0\n", TableOptions{Header: CountsHeader, Options: Options{Classes: numbered(2)}}, ErrCounts, 4, "names 3 classes; 2 were given"},
		"fewer rows":      {"3,1,a\n1,0\n2,0\n", counts, ErrTruncated, 14, "2 rows; the header promises 3"},
		"more rows":       {"1,1,a\n1,0\n2,0\n", counts, ErrCounts, 10, "a row more than the 1 of the header"},
		"other names":     {"y,label\n1,0\n", names, ErrMalformed, 0, `the header is "y,label"; valid is "x,label"`},
		"one column":      {"7\n", TableOptions{}, ErrMalformed, 0, "one column; valid is features, then a label"},
		"fewer columns":   {"1,2,0\n1,0\n", TableOptions{}, ErrCounts, 8, "line 2, column 2: the line has 2 columns; valid is 3"},
		"more columns":    {"1,2,0\n1,2,0,9\n", TableOptions{}, ErrCounts, 12, "line 2, column 4: the line has 4 columns; valid is 3"},
		"text":            {"1,2,0\n1,two,0\n", TableOptions{}, ErrMalformed, 8, `line 2, column 2: "two" is not a finite number`},
		"empty field":     {"1,,0\n", TableOptions{}, ErrMalformed, 2, `"" is not`},
		"NaN":             {"NaN,1,0\n", TableOptions{}, ErrMalformed, 0, "finite"},
		"infinite":        {"1,inf,0\n", TableOptions{}, ErrMalformed, 2, "finite"},
		"overflow":        {"1,1e39,0\n", TableOptions{}, ErrMalformed, 2, "single precision"},
		"label":           {"1,0\n1,2\n", two, ErrLabel, 6, "line 2, column 2: label is 2; valid is 0 to 1"},
		"huge label":      {"1,99999999999999999999\n", two, ErrLabel, 2, "valid is 0 to 1"},
		"unbounded label": {"1,65536\n", TableOptions{}, ErrLabel, 2, "valid is 0 to 65535"},
		"negative label":  {"1,-1\n", two, ErrMalformed, 2, `label is "-1"; valid is a whole number from 0 to 1`},
		"label 1.0":       {"1,1.0\n", two, ErrMalformed, 2, `label is "1.0"`},
		"empty class":     {"2,1,a,b,c\n1,0\n2,2\n", counts, ErrEmptyClass, 18, `1 of 3 classes: "b"`},
		"empty, inferred": {"1,0\n1,8\n", TableOptions{}, ErrEmptyClass, 8, `7 of 9 classes: "1", "2", "3", "4", "5", …`},
		"memory":          {"1,2,0\n1,2,0\n", TableOptions{Options: Options{MaxBytes: 20}}, ErrTooLarge, 6, "row 1"},
		"long line":       {"1,2,0\n" + strings.Repeat("1,", maxLine), TableOptions{}, ErrMalformed, 6, "a line is longer than 65536 bytes"},
		"long field":      {strings.Repeat("x", 1000) + ",0\n", TableOptions{}, ErrMalformed, 0, `"` + strings.Repeat("x", 40) + `…" is not`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadTable(strings.NewReader(c.text), c.opt)
			requireFault(t, err, c.reason, c.offset, c.want)
		})
	}
	_, err := ReadTable(io.MultiReader(strings.NewReader("1,0\n2,"), failing{errDisk}), TableOptions{})
	require.ErrorIs(t, err, errDisk)
	_, err = ReadTable(strings.NewReader("1,0\n"), TableOptions{Options: Options{MaxBytes: -1}})
	require.ErrorContains(t, err, "negative memory limit")
}

func TestOpenTableNamesTheFile(t *testing.T) {
	path := write(t, t.TempDir(), "iris.csv", []byte("1,1,a\nx,0\n"))
	_, err := OpenUCI(path, Options{})
	require.EqualError(t, err, "dataset: "+path+`: table: byte 6: malformed data (line 2, column 1: "x" is not a finite number of single precision)`)
}

func TestRealUCI(t *testing.T) {
	for name, c := range map[string]struct {
		features int
		classes  []string
		counts   []int
		first    []float32
	}{
		"iris":          {4, []string{"setosa", "versicolor", "virginica"}, []int{50, 50, 50}, []float32{5.1, 3.5, 1.4, 0.2}},
		"wine_data":     {13, []string{"class_0", "class_1", "class_2"}, []int{59, 71, 48}, []float32{14.23, 1.71}},
		"breast_cancer": {30, []string{"malignant", "benign"}, []int{212, 357}, []float32{17.99, 10.38}},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := OpenUCI(dataFile(t, "uci/"+name+".csv"), Options{})
			require.NoError(t, err)
			require.Equal(t, c.counts, Histogram(d))
			requireDataset(t, d, int(sum(c.counts)), []int{c.features}, c.classes)
			x, _ := sample(t, d, 0)
			require.Equal(t, c.first, x[:len(c.first)])
		})
	}
	d, err := OpenDigits(dataFile(t, "uci/digits.csv.gz"), Options{})
	require.NoError(t, err)
	require.Equal(t, []int{178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, Histogram(d))
	requireDataset(t, d, 1797, []int{64}, numbered(10))
	for i := range d.Len() {
		x, _ := sample(t, d, i)
		for _, v := range x {
			require.True(t, v >= 0 && v <= 16)
		}
	}
}

func sum(counts []int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// The published files, whose every label is that of the generator's rule.
func TestRealYinYang(t *testing.T) {
	folder := filepath.Dir(dataFile(t, "yinyang/train.csv"))
	for part, n := range map[Part]int{Train: 5000, Validation: 1000, Test: 1000} {
		d, err := OpenYinYang(filepath.Join(folder, part.String()+".csv"), Options{})
		require.NoError(t, err)
		requireDataset(t, d, n, []int{4}, []string{"yin", "yang", "dot"})
		if part == Train {
			require.Equal(t, []int{1681, 1702, 1617}, Histogram(d))
		}
		for i := range n {
			x, label := sample(t, d, i)
			got, inside := yinYangLabel(float64(x[0]), float64(x[1]))
			require.True(t, inside)
			require.Equal(t, label, got, "%v", x)
			require.InDelta(t, 1, x[0]+x[2], 1e-6)
			require.InDelta(t, 1, x[1]+x[3], 1e-6)
		}
	}
}
