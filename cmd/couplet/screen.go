package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// screen shows remarks, and on a terminal what is going on at the moment. In a pipe or a file nothing is
// ever overwritten: there it writes whole lines only.
type screen struct {
	w        io.Writer
	terminal bool
	shown    int // width of the line that the next output overwrites
}

// newScreen makes a screen on w; a quiet one shows nothing.
func newScreen(w io.Writer, quiet bool) *screen {
	if quiet {
		return &screen{w: io.Discard}
	}
	file, ok := w.(*os.File)
	return &screen{w: w, terminal: ok && term.IsTerminal(int(file.Fd()))}
}

// remark writes a line that stays.
func (s *screen) remark(format string, args ...any) {
	s.clear()
	fmt.Fprintf(s.w, format+"\n", args...)
}

// status shows a line until the next output, on a terminal only.
func (s *screen) status(format string, args ...any) {
	if !s.terminal {
		return
	}
	s.clear()
	line := fmt.Sprintf(format, args...)
	s.shown = len(line)
	fmt.Fprint(s.w, line)
}

// clear removes the line that status shows.
func (s *screen) clear() {
	if s.shown > 0 {
		fmt.Fprint(s.w, "\r"+strings.Repeat(" ", s.shown)+"\r")
		s.shown = 0
	}
}

// bar shows how far a run is; it is nil where nothing may be overwritten.
type bar struct {
	*progressbar.ProgressBar
	last time.Time
}

// barInterval is the least time between two changes of the bar, so that drawing costs nothing.
const barInterval = 100 * time.Millisecond

// newBar makes a bar that ends at total.
func (s *screen) newBar(total int64) *bar {
	s.clear()
	if !s.terminal {
		return nil
	}
	return &bar{ProgressBar: progressbar.NewOptions64(total, progressbar.OptionSetWriter(s.w), progressbar.OptionSetWidth(30),
		progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish())}
}

// set moves the bar and names the place.
func (b *bar) set(at int64, place string) {
	b.last = time.Now()
	b.Describe(place)
	_ = b.Set64(at)
}

// due tells whether the bar may be drawn again.
func (b *bar) due() bool { return b != nil && time.Since(b.last) >= barInterval }

// remove takes the bar away.
func (b *bar) remove() {
	if b != nil {
		_ = b.Clear()
	}
}
