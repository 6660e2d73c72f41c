package layer

import "fmt"

// UpsampleNearest enlarges feature maps by repeating every position factor × factor times.
type UpsampleNearest[F Real] struct {
	fixed[F]
	in, out [3]int
	factor  int
}

// NewUpsampleNearest makes the enlargement of inputs of the shape [channels, height, width] by a whole
// factor of at least 1.
func NewUpsampleNearest[F Real](in []int, factor int) (*UpsampleNearest[F], error) {
	if err := checkImage("input of upsampling", in); err != nil {
		return nil, err
	}
	if factor < 1 || factor > maxSize {
		return nil, fmt.Errorf("layer: upsampling needs a factor of at least 1 (%d)", factor)
	}
	m := &UpsampleNearest[F]{in: [3]int(in), out: [3]int{in[0], in[1] * factor, in[2] * factor}, factor: factor}
	if err := checkShape("output of upsampling", m.out[:]); err != nil {
		return nil, err
	}
	return m, nil
}

// InShape returns [channels, height, width].
func (m *UpsampleNearest[F]) InShape() []int { return m.in[:] }

// OutShape returns [channels, factor·height, factor·width].
func (m *UpsampleNearest[F]) OutShape() []int { return m.out[:] }

// Factor returns how often a position is repeated in each direction.
func (m *UpsampleNearest[F]) Factor() int { return m.factor }

// Forward sets y to x with every position repeated.
func (m *UpsampleNearest[F]) Forward(x, y []F, batch int) {
	width := m.out[2]
	for n := range batch * m.in[0] * m.in[1] {
		rows := y[n*m.factor*width:][:m.factor*width]
		first := rows[:width]
		for c, v := range x[n*m.in[2]:][:m.in[2]] {
			for j := range m.factor {
				first[c*m.factor+j] = v
			}
		}
		fillRows(rows[width:], first)
	}
}

// Back sets gx: every position receives the sum of the errors of its repetitions.
func (m *UpsampleNearest[F]) Back(gy, gx []F, batch int) {
	width := m.out[2]
	clear(gx[:batch*Size(m.in[:])])
	for n := range batch * m.in[0] * m.in[1] {
		xs := gx[n*m.in[2]:][:m.in[2]]
		rows := gy[n*m.factor*width:][:m.factor*width]
		for ; len(rows) > 0; rows = rows[width:] {
			for c := range xs {
				for j := range m.factor {
					xs[c] += rows[c*m.factor+j]
				}
			}
		}
	}
}
