package dataset

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/internal/aer"
)

// packed is a recording in the 40-bit layout.
func packed(t testing.TB, width, height int, events ...aer.Event) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, aer.WriteNMNIST(&b, &aer.Recording{Width: width, Height: height, Events: events}))
	return b.Bytes()
}

// three is a recording of three events.
func three(t testing.TB) []byte {
	return packed(t, 34, 34, aer.Event{T: 5, X: 1, Y: 2, On: true}, aer.Event{T: 9, X: 33, Y: 33}, aer.Event{T: 20, X: 1, Y: 2, On: true})
}

// laid writes files into a folder and into a zip file, and calls check for both.
func laid(t *testing.T, files map[string][]byte, check func(t *testing.T, path string)) {
	t.Helper()
	folder := t.TempDir()
	archive := filepath.Join(t.TempDir(), "events.zip")
	f, err := os.Create(archive)
	require.NoError(t, err)
	w := zip.NewWriter(f)
	for name, content := range files {
		if content == nil {
			require.NoError(t, os.MkdirAll(filepath.Join(folder, name), 0o755))
			_, err := w.Create(name + "/")
			require.NoError(t, err)
			continue
		}
		write(t, folder, name, content)
		entry, err := w.Create(name)
		require.NoError(t, err)
		_, err = entry.Write(content)
		require.NoError(t, err)
	}
	require.NoError(t, errors.Join(w.Close(), f.Close()))
	t.Run("folder", func(t *testing.T) { check(t, folder) })
	t.Run("zip", func(t *testing.T) { check(t, archive) })
}

func TestEventsByFolder(t *testing.T) {
	files := map[string][]byte{
		"Train/7/00010.bin": three(t), "Train/7/00002.bin": packed(t, 34, 34, aer.Event{T: 1}),
		"Train/1/00099.bin": three(t), "Train/about.txt": []byte("about"),
	}
	laid(t, files, func(t *testing.T, path string) {
		e, err := OpenEvents(path, EventOptions{})
		require.NoError(t, err)
		require.Equal(t, 3, e.Len())
		require.Equal(t, []string{"1", "7"}, e.Classes())
		for i, want := range []struct {
			name   string
			label  int
			events int
		}{{"Train/1/00099.bin", 0, 3}, {"Train/7/00002.bin", 1, 1}, {"Train/7/00010.bin", 1, 3}} {
			require.Equal(t, want.name, e.Name(i))
			require.Equal(t, want.label, e.Label(i))
			rec, err := e.Recording(i)
			require.NoError(t, err)
			require.Len(t, rec.Events, want.events)
			require.Equal(t, 34, rec.Width)
		}
		for _, i := range []int{-1, 3} {
			_, err := e.Recording(i)
			require.ErrorContains(t, err, "no such recording")
		}
		require.NoError(t, e.Close())
	})
}

func TestEventsByTable(t *testing.T) {
	files := map[string][]byte{
		"labels.csv": []byte("id,label,events\n12,1,3\n3,0,1\n7,1,3\n"),
		"00003.bin":  packed(t, 34, 34, aer.Event{T: 1}), "00007.bin": three(t), "00012.bin": three(t),
	}
	laid(t, files, func(t *testing.T, path string) {
		e, err := OpenEvents(path, EventOptions{})
		require.NoError(t, err)
		require.Equal(t, []string{"0", "1"}, e.Classes())
		require.Equal(t, []string{"00012.bin", "00003.bin", "00007.bin"}, []string{e.Name(0), e.Name(1), e.Name(2)})
		require.Equal(t, []int{1, 0, 1}, []int{e.Label(0), e.Label(1), e.Label(2)})
		require.NoError(t, e.Close())
		e, err = OpenEvents(path, EventOptions{Classes: numbered(10)})
		require.NoError(t, err)
		require.Len(t, e.Classes(), 10)
		require.NoError(t, e.Close())
	})
}

func TestEventsRefused(t *testing.T) {
	good := three(t)
	table := func(text string) map[string][]byte {
		return map[string][]byte{"labels.csv": []byte(text), "00001.bin": good, "00002.bin": good}
	}
	for name, c := range map[string]struct {
		files  map[string][]byte
		opt    EventOptions
		reason error
		offset int64
		text   string
	}{
		"none":          {files: map[string][]byte{"a/x.txt": good}, reason: ErrMalformed, text: "no recording; valid are files class/name.bin"},
		"no class":      {files: map[string][]byte{"x.bin": good}, reason: ErrMalformed, text: "outside a class folder"},
		"two parts":     {files: map[string][]byte{"Test/1/x.bin": good, "Train/1/x.bin": good}, reason: ErrMalformed, text: `lie in "Test" and in "Train"`},
		"empty class":   {files: map[string][]byte{"Test/1/x.bin": good, "Test/2": nil}, reason: ErrEmptyClass, text: `"2"`},
		"strange class": {files: map[string][]byte{"1/x.bin": good}, opt: EventOptions{Classes: []string{"0"}}, reason: ErrLabel, text: `folder "1"`},
		"cut off":       {files: map[string][]byte{"1/x.bin": good[:13]}, reason: ErrTruncated, offset: 10, text: "the last event has 3 of 5 bytes"},
		"empty":         {files: map[string][]byte{"1/x.bin": {}}, reason: ErrTruncated, text: "the recording is empty"},
		"too many":      {files: map[string][]byte{"1/x.bin": good}, opt: EventOptions{MaxEvents: 2}, reason: ErrTooLarge, text: "3 events; at most 2"},
		"header":        {files: table("id;label\n1;0\n2;1\n"), reason: ErrMalformed, text: `header "id;label"; valid is a first line id,label or id,label,events`},
		"empty table":   {files: table(" \n"), reason: ErrTruncated, offset: 2, text: "the file is empty"},
		"columns":       {files: table("id,label\n1,0,3\n2,1\n"), reason: ErrCounts, offset: 13, text: "line 2, column 3: the line has 3 columns; valid is 2"},
		"id":            {files: table("id,label\nx,0\n"), reason: ErrMalformed, offset: 9, text: `id is "x"`},
		"no file":       {files: table("id,label\n1,0\n3,0\n"), reason: fs.ErrNotExist, offset: 13, text: "id 3 has no recording 00003.bin"},
		"twice":         {files: table("id,label\n1,0\n1,0\n"), reason: ErrMalformed, offset: 13, text: "id 1 is there twice"},
		"missing":       {files: table("id,label\n1,0\n"), reason: ErrCounts, offset: 13, text: "1 labels for 2 recordings"},
		"label":         {files: table("id,label\n1,0\n2,10\n"), opt: EventOptions{Classes: numbered(10)}, reason: ErrLabel, offset: 15, text: "label is 10; valid is 0 to 9"},
		"negative":      {files: table("id,label\n1,-1\n"), reason: ErrMalformed, offset: 11, text: `label is "-1"`},
		"gap":           {files: table("id,label\n1,0\n2,2\n"), reason: ErrEmptyClass, offset: 17, text: `"1"`},
		"events":        {files: table("id,label,events\n1,0,3\n2,1,4\n"), reason: ErrCounts, offset: 26, text: "4 events; the recording 00002.bin has 3"},
		"only header":   {files: map[string][]byte{"labels.csv": []byte("id,label\n")}, reason: ErrTruncated, offset: 9, text: "no line after the header"},
		"two tables":    {files: map[string][]byte{"a/labels.csv": {'x'}, "b/labels.csv": {'x'}}, reason: ErrMalformed, text: "second labels.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			laid(t, c.files, func(t *testing.T, path string) {
				_, err := OpenEvents(path, c.opt)
				located := requireFault(t, err, c.reason, c.offset, c.text)
				require.Contains(t, located.Path, path)
			})
		})
	}
}

func TestEventsArguments(t *testing.T) {
	folder := t.TempDir()
	path := write(t, folder, "1/x.bin", three(t))
	_, err := OpenEvents(folder, EventOptions{MaxEvents: -1})
	require.ErrorContains(t, err, "negative event limit")
	_, err = OpenEvents(folder, EventOptions{Width: 34})
	require.ErrorContains(t, err, "sensor size needs both sides")
	_, err = OpenEvents(path, EventOptions{})
	require.ErrorContains(t, err, "valid is a folder or a zip file")
	_, err = OpenEvents(filepath.Join(folder, "none"), EventOptions{})
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// An event outside the sensor, or a file that changed since it was listed, shows
// when the recording is read.
func TestEventsBadRecording(t *testing.T) {
	folder := t.TempDir()
	wide := packed(t, 60, 60, aer.Event{T: 1, X: 5, Y: 5}, aer.Event{T: 2, X: 40, Y: 3})
	write(t, folder, "1/wide.bin", wide)
	path := write(t, folder, "1/x.bin", three(t))
	e, err := OpenEvents(folder, EventOptions{})
	require.NoError(t, err)
	_, err = e.Recording(0)
	require.ErrorIs(t, err, aer.ErrOutsideSensor)
	require.ErrorContains(t, err, "wide.bin: aer: nmnist: byte 5: ")
	require.ErrorContains(t, err, "x=40 y=3")

	for _, content := range [][]byte{three(t)[:10], append(three(t), three(t)...), three(t)[:12]} {
		write(t, folder, "1/x.bin", content)
		_, err = e.Recording(1)
		require.ErrorIs(t, err, ErrCounts)
		require.ErrorContains(t, err, path)
	}
	require.NoError(t, os.Remove(path))
	_, err = e.Recording(1)
	require.ErrorIs(t, err, fs.ErrNotExist)

	e, err = OpenEvents(folder, EventOptions{Width: 60, Height: 60})
	require.NoError(t, err)
	rec, err := e.Recording(0)
	require.NoError(t, err)
	require.Len(t, rec.Events, 2)
}

// Recordings of a zip file may be read by several goroutines.
func TestEventsConcurrently(t *testing.T) {
	files := map[string][]byte{}
	for _, name := range []string{"0/a.bin", "0/b.bin", "1/a.bin", "1/b.bin"} {
		files[name] = three(t)
	}
	laid(t, files, func(t *testing.T, path string) {
		e, err := OpenEvents(path, EventOptions{})
		require.NoError(t, err)
		var wait sync.WaitGroup
		errs := make([]error, 4)
		for g := range errs {
			wait.Go(func() {
				for k := range 20 {
					rec, err := e.Recording((g + k) % 4)
					if err == nil && len(rec.Events) != 3 {
						err = errors.New("wrong number of events")
					}
					errs[g] = errors.Join(errs[g], err)
				}
			})
		}
		wait.Wait()
		require.NoError(t, errors.Join(errs...))
		require.NoError(t, e.Close())
	})
}

// A thousand recordings of N-MNIST: all labels are those of the MNIST images they
// were recorded from.
func TestRealNMNIST(t *testing.T) {
	e, err := OpenEvents(dataFile(t, "nmnist/nmnist-train1000.zip"), EventOptions{})
	require.NoError(t, err)
	defer e.Close()
	mnist, err := OpenMNIST(filepath.Dir(dataFile(t, "mnist/train-images-idx3-ubyte.gz")), Train, Options{})
	require.NoError(t, err)
	require.Equal(t, 1000, e.Len())
	require.Equal(t, numbered(10), e.Classes())
	var bytes int64
	for i := range e.Len() {
		require.Equal(t, mnist.Label(i), e.Label(i), e.Name(i))
		bytes += e.recordings[i].size
	}
	require.EqualValues(t, 5*4133231, bytes)

	frames, err := e.Frames(Framing{Frames: 300, TickUs: 1000})
	require.NoError(t, err)
	requireDataset(t, frames, 1000, []int{300, 2, 34, 34}, numbered(10))
	rec, err := e.Recording(0)
	require.NoError(t, err)
	require.Len(t, rec.Events, 4681)
	x, label := sample(t, frames, 0)
	require.Equal(t, 5, label)
	var off, on, late, wantOn float32
	for k, v := range x {
		if k/(34*34)%2 == 0 {
			off += v
		} else {
			on += v
		}
	}
	for _, event := range rec.Events {
		switch {
		case event.T >= 300_000:
			late++
		case event.On:
			wantOn++
		}
	}
	require.Equal(t, wantOn, on)
	require.Equal(t, float32(4681), off+on+late)
}
