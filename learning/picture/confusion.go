package picture

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"couplet/learning/score"
	"couplet/learning/train"
)

// Sizes of a confusion matrix.
const (
	cellMost     vg.Length = 46 // side of a cell, if there is room
	cellWritten  vg.Length = 15 // least side of a cell that holds its count
	cellNamed    vg.Length = 8  // least side of a cell whose row is named
	cellText     vg.Length = 8.5
	longestClass           = 14 // characters of a name of a class
)

// Confusion draws the confusion matrix of an evaluation: a row for each class, a column for each predicted
// one. A cell is the stronger, the larger its part of the row, on a scale of square roots, so that a
// confusion of one in a hundred can be seen.
func Confusion(e *train.Evaluation) (*Picture, error) {
	classes, err := score.Classes(e.Classes, e.Confusion)
	if err != nil {
		return nil, err
	}
	m := newMatrix(classes, e.Confusion)
	return &Picture{
		Name: "confusion", Title: "Confusion matrix",
		Caption: "Samples by their class (row) and the predicted one (column): blue where they agree, vermilion where they do not. " +
			"The strength of a colour is the square root of the cell's part of its row." + m.strongest(),
		height: 2*margin + headRoom + m.above() + m.side*vg.Length(len(classes)) + m.below,
		draw:   m.draw,
	}, nil
}

// matrix is a confusion matrix with the places of its parts.
type matrix struct {
	classes []score.Class
	counts  [][]int
	names   []string
	side    vg.Length // of a cell
	left    vg.Length // width of the names of the rows
	below   vg.Length // height of the names of the columns, with their title
	upright bool      // names of columns do not fit across
}

const titleRoom vg.Length = tickSize + 5

func newMatrix(classes []score.Class, counts [][]int) *matrix {
	m := &matrix{classes: classes, counts: counts}
	style, widest := textStyle(tickSize, ink), vg.Length(0)
	for _, c := range classes {
		m.names = append(m.names, shorten(c.Name, longestClass))
		widest = max(widest, style.Width(m.names[len(m.names)-1]))
	}
	m.left = max(widest, style.Width("class")) + 5
	m.side = min(cellMost, (width-2*margin-m.left)/vg.Length(len(classes)))
	m.upright = widest > m.side-2
	m.below = titleRoom + tickSize + 3
	if m.upright {
		m.below = titleRoom + widest + 3
	}
	return m
}

// above is the height of the word over the names of the rows.
func (m *matrix) above() vg.Length { return titleRoom }

func (m *matrix) draw(c draw.Canvas) {
	style, n := textStyle(tickSize, ink), vg.Length(len(m.classes))
	left, top := c.Min.X+m.left, c.Max.Y-m.above()
	right, bottom := left+n*m.side, top-n*m.side
	write(c, style, left-5, top+3, text.XRight, text.YBottom, "class")
	for i, row := range m.counts {
		for k, count := range row {
			m.cell(c, vg.Point{X: left + vg.Length(k)*m.side, Y: top - vg.Length(i+1)*m.side}, i, k, count)
		}
	}
	m.lines(c, left, bottom, right, top)
	every := int(math.Ceil(float64(cellNamed / m.side)))
	across := style
	if m.upright {
		across.Rotation = math.Pi / 2
	}
	for i := 0; i < len(m.names); i += every {
		middle := (vg.Length(i) + 0.5) * m.side
		write(c, style, left-5, top-middle, text.XRight, text.YCenter, m.names[i])
		if m.upright {
			write(c, across, left+middle, bottom-3, text.XRight, text.YCenter, m.names[i])
		} else {
			write(c, across, left+middle, bottom-3, text.XCenter, text.YTop, m.names[i])
		}
	}
	write(c, style, (left+right)/2, c.Min.Y, text.XCenter, text.YBottom, "predicted class")
}

// cell draws the count of class i taken for k; at is its lower left corner.
func (m *matrix) cell(c draw.Canvas, at vg.Point, i, k, count int) {
	if count == 0 {
		return
	}
	strength := 0.92 * math.Sqrt(float64(count)/float64(m.classes[i].Samples))
	colour := series[1]
	if i == k {
		colour = series[0]
	}
	c.SetColor(fade(colour, strength))
	c.Fill(vg.Rectangle{Min: at, Max: vg.Point{X: at.X + m.side, Y: at.Y + m.side}}.Path())
	style, number := textStyle(min(cellText, m.side/2), ink), fmt.Sprint(count)
	if i == k && strength > 0.6 || strength > 0.8 { // vermilion is the lighter of the two
		style.Color = paper
	}
	if m.side >= cellWritten && style.Width(number) < m.side-1 {
		write(c, style, at.X+m.side/2, at.Y+m.side/2, text.XCenter, text.YCenter, number)
	}
}

// lines draws the borders of the cells, or of the matrix alone if they are small.
func (m *matrix) lines(c draw.Canvas, left, bottom, right, top vg.Length) {
	if m.side >= cellNamed {
		for i := 1; i < len(m.classes); i++ {
			d := vg.Length(i) * m.side
			c.StrokeLine2(draw.LineStyle{Color: faint, Width: 0.5}, left+d, bottom, left+d, top)
			c.StrokeLine2(draw.LineStyle{Color: faint, Width: 0.5}, left, top-d, right, top-d)
		}
	}
	c.SetLineStyle(draw.LineStyle{Color: ink, Width: 0.6})
	c.Stroke(vg.Rectangle{Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: right, Y: top}}.Path())
}

// strongest names the most frequent confusion; of several, the first.
func (m *matrix) strongest() string {
	class, taken, most := 0, 0, 0
	for i, row := range m.counts {
		for k, n := range row {
			if i != k && n > most {
				class, taken, most = i, k, n
			}
		}
	}
	if most == 0 {
		return " There is no confusion."
	}
	return fmt.Sprintf(" The most frequent confusion is of %s with %s: %d of %d samples.",
		m.classes[class].Name, m.classes[taken].Name, most, m.classes[class].Samples)
}
