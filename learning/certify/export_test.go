package certify

// For the tests against golden values of the scalar piece.
var (
	Piece      = piece
	PieceSlope = pieceSlope
)
