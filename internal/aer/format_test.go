package aer

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// Formats without a reader are refused by name, never decoded as something else.
func TestKnownMagicsAreRefusedByName(t *testing.T) {
	cases := []struct{ head, name string }{
		{"Event Stream\x02\x00\x00\x01", "es: byte 0: this format is recognised but not supported yet (Event Stream;"},
		{"#!AER-DAT4.0\r\n", "(AEDAT 4;"},
		{"#!AER-DAT3.1\r\n", "(AEDAT 3;"},
		{"#!AER-DAT2.0\n", "(AEDAT 2;"},
		{"#!AER-DAT1.0\r\n", "(AEDAT;"},
		{"% Date 2020-09-25\n% evt 3.0\n", "(Prophesee EVT 3 .raw;"},
		{"% format EVT3;height=720;width=1280\n", "(Prophesee EVT 3 .raw;"},
		{"% evt 2.0\n", "(Prophesee EVT 2 .raw;"},
		{"% Version 2\n\x00\x08", "(Prophesee .dat or .raw;"},
		{"%", "(Prophesee .dat or .raw;"},
	}
	for _, c := range cases {
		_, err := Read(bytes.NewReader([]byte(c.head)), Options{})
		require.ErrorIs(t, err, ErrUnsupported, c.head)
		require.ErrorContains(t, err, c.name)
		require.ErrorContains(t, err, "supported: csv, nmnist")
	}
}

// 0x25 is '%', and as an x coordinate it exists on sensors wider than 37 pixels.
func TestNamedFormatOverrulesTheFirstBytes(t *testing.T) {
	raw := []byte{0x25, 1, 0, 0, 7}
	_, err := Read(bytes.NewReader(raw), Options{Width: 240, Height: 180})
	require.ErrorIs(t, err, ErrUnsupported)
	rec := readBytes(t, raw, Options{Format: "nmnist", Width: 240, Height: 180})
	require.Equal(t, []Event{{T: 7, X: 37, Y: 1}}, rec.Events)
}

func TestFormatNames(t *testing.T) {
	_, err := Read(bytes.NewReader(nil), Options{Format: "mp4"})
	require.EqualError(t, err, `aer: unknown format "mp4"; supported: csv, nmnist`)
	require.ErrorIs(t, err, ErrUnknownFormat)
	_, err = Read(bytes.NewReader(nil), Options{Format: "evt3"})
	require.ErrorIs(t, err, ErrUnsupported)

	seen := map[string]bool{}
	formats := Formats()
	for i, f := range formats {
		require.False(t, seen[f.Name], "name %s twice", f.Name)
		seen[f.Name] = true
		require.Equal(t, i == len(formats)-1, f.Sniff([]byte{0, 0, 0, 0, 0}), "%s: only the fall-back accepts headless bytes", f.Name)
	}
}

func TestOptionsAreValidated(t *testing.T) {
	cases := []struct {
		opts Options
		want string
	}{
		{Options{MaxEvents: -1}, "aer: negative event limit (-1); 0 means 67108864"},
		{Options{Width: 34}, "aer: sensor size needs both sides (34x0)"},
		{Options{Height: 34}, "aer: sensor size needs both sides (0x34)"},
		{Options{Width: -1, Height: 3}, "aer: sensor side out of range (-1x3); valid is 1 to 65536"},
		{Options{Width: 65537, Height: 3}, "aer: sensor side out of range (65537x3); valid is 1 to 65536"},
	}
	for _, c := range cases {
		_, err := Read(bytes.NewReader(nil), c.opts)
		require.EqualError(t, err, c.want)
	}
}

func TestReadReportsAnErrorInTheFirstBytes(t *testing.T) {
	broken := errors.New("disk on fire")
	_, err := Read(iotest.ErrReader(broken), Options{})
	require.ErrorIs(t, err, broken)
}

func TestOpenNamesTheFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "cat.bin")
	require.NoError(t, os.WriteFile(path, []byte{40, 0, 0, 0, 0}, 0o600))
	_, err := Open(path, Options{Format: "nmnist"})
	require.EqualError(t, err, "aer: "+path+": nmnist: byte 0: event outside the sensor (x=40 y=0; the sensor is 34x34, set Options.Width and Height for another)")
	_, err = Open(filepath.Join(dir, "dog.bin"), Options{})
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = Open(dir, Options{})
	require.ErrorContains(t, err, dir)
}
