package aer

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCSVReads(t *testing.T) {
	two := []Event{{T: 5, X: 1, Y: 2, On: true}, {T: 9, X: 3, Y: 0}}
	cases := []struct {
		name, text    string
		want          []Event
		width, height int
	}{
		{"plain", "t,x,y,p\n5,1,2,1\n9,3,0,0\n", two, 4, 3},
		{"no last line end", "t,x,y,p\n5,1,2,1\n9,3,0,0", two, 4, 3},
		{"windows", "t,x,y,p\r\n5,1,2,1\r\n9,3,0,0\r\n", two, 4, 3},
		{"byte order mark", "\ufefft,x,y,p\n5,1,2,1\n9,3,0,0\n", two, 4, 3},
		{"spaces and empty lines", "t,x,y,p\n\n 5, 1 ,2,1\n9,3,0,0\n\n", two, 4, 3},
		{"header only", "t,x,y,p\n", nil, 0, 0},
		{"header only, no line end", "t,x,y,p", nil, 0, 0},
		{"extremes", "t,x,y,p\n9223372036854775807,65535,65535,1\n", []Event{{T: 1<<63 - 1, X: 65535, Y: 65535, On: true}}, 65536, 65536},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rec := readBytes(t, []byte(c.text), Options{})
			require.Equal(t, c.want, rec.Events)
			require.Equal(t, [2]int{c.width, c.height}, [2]int{rec.Width, rec.Height})
			require.Empty(t, rec.Warnings)
		})
	}
}

func TestCSVRefuses(t *testing.T) {
	cases := []struct {
		name, text string
		reason     error
		want       string
	}{
		{"no header", "5,1,2,1\n", ErrMalformed, `csv: byte 0: malformed record (header "5,1,2,1"; it must be "t,x,y,p")`},
		{"other columns", "x,y,t,p\n", ErrMalformed, `header "x,y,t,p"`},
		{"empty", "", ErrMalformed, `header ""`},
		{"three fields", "t,x,y,p\n5,1,2\n", ErrMalformed, `csv: byte 8: malformed record (3 fields in "5,1,2"; there must be 4, t,x,y,p)`},
		{"five fields", "t,x,y,p\n5,1,2,1,9\n", ErrMalformed, "5 fields"},
		{"negative time", "t,x,y,p\n-5,1,2,1\n", ErrMalformed, `t="-5" is not a whole number from 0 to 9223372036854775807`},
		{"fraction", "t,x,y,p\n5.5,1,2,1\n", ErrMalformed, `t="5.5"`},
		{"x too large", "t,x,y,p\n5,65536,2,1\n", ErrMalformed, `x="65536" is not a whole number from 0 to 65535`},
		{"y not a number", "t,x,y,p\n5,1,NaN,1\n", ErrMalformed, `y="NaN"`},
		{"polarity -1", "t,x,y,p\n5,1,2,1\n6,1,2,-1\n", ErrMalformed, `csv: byte 16: malformed record (p="-1" is not a whole number from 0 to 1)`},
		{"polarity 2 in an open last line", "t,x,y,p\n5,1,2,2", ErrMalformed, `p="2"`},
		{"long line", "t,x,y,p\n" + strings.Repeat("1", 257) + "\n", ErrMalformed, "byte 8: malformed record (line longer than 256 bytes)"},
		{"very long line", "t,x,y,p\n" + strings.Repeat("1", 1<<18), ErrMalformed, "byte 8: malformed record (line longer than 256 bytes)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(c.text), Options{Format: "csv"})
			require.ErrorIs(t, err, c.reason)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestCSVSensorAndLimit(t *testing.T) {
	const text = "t,x,y,p\n5,1,2,1\n9,3,0,0\n"
	rec := readBytes(t, []byte(text), Options{Width: 34, Height: 34})
	require.Equal(t, [2]int{34, 34}, [2]int{rec.Width, rec.Height})
	_, err := Read(strings.NewReader(text), Options{Width: 3, Height: 3})
	require.ErrorIs(t, err, ErrOutsideSensor)
	require.ErrorContains(t, err, "byte 16")
	_, err = Read(strings.NewReader(text), Options{MaxEvents: 1})
	require.ErrorIs(t, err, ErrTooManyEvents)
	require.ErrorContains(t, err, "byte 16")
}

// Whatever prefix of a file survives, the reader gives the events whose lines
// are whole, and says where the rest begins. A last line that lost only its line
// end is whole.
func TestCSVTruncatedAnywhere(t *testing.T) {
	const text = "t,x,y,p\n50,11,12,1\n60,13,14,0\n"
	const first, second = 8, 19 // offsets of the two event lines
	for n := first; n <= len(text); n++ {
		rec := readBytes(t, []byte(text[:n]), Options{Format: "csv"})
		switch {
		case n == first:
			require.Empty(t, rec.Events)
			require.Empty(t, rec.Warnings)
		case n < second-1:
			require.Empty(t, rec.Events)
			require.Len(t, rec.Warnings, 1)
			require.Contains(t, rec.Warnings[0], "byte 8: last line is cut off")
		case n <= second:
			require.Len(t, rec.Events, 1)
			require.Empty(t, rec.Warnings)
		case n < len(text)-1:
			require.Len(t, rec.Events, 1)
			require.Len(t, rec.Warnings, 1)
			require.Contains(t, rec.Warnings[0], "byte 19: last line is cut off")
		default:
			require.Len(t, rec.Events, 2)
			require.Empty(t, rec.Warnings)
		}
	}
}

func TestCSVReportsReadErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	for _, text := range []string{"", "t,x,", "t,x,y,p\n", "t,x,y,p\n5,1"} {
		_, err := Read(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), Options{Format: "csv"})
		require.ErrorIs(t, err, broken)
	}
}

func TestCSVRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rec := drawRecording(t, maxSide, maxSide)
		var b bytes.Buffer
		require.NoError(t, WriteCSV(&b, rec))
		got := readBytes(t, b.Bytes(), Options{Width: rec.Width, Height: rec.Height})
		require.Equal(t, rec.Events, got.Events)
		require.Equal(t, rec.Disorder, got.Disorder)
	})
}

func TestCSVWriterRefusesNegativeTimes(t *testing.T) {
	require.EqualError(t, WriteCSV(io.Discard, &Recording{Events: []Event{{}, {T: -3}}}), "aer: csv: event 1: negative time (-3 us)")
}
