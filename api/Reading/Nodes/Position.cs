namespace Onboarding.Api.Reading.Nodes;

/// <summary>A place in a text, counted from 1; 0:0 is unknown.</summary>
internal readonly record struct Position(int Line, int Column) : IComparable<Position>
{
    public int CompareTo(Position other) => Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);
}
