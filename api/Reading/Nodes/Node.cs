namespace Onboarding.Api.Reading.Nodes;

/// <summary>A value in a document and where it is. Immutable: an alias shares the node of its anchor.</summary>
internal abstract class Node(Position position)
{
    public Position Position { get; } = position;

    /// <summary>How many nodes it holds, itself included, with every alias counted as if it were written out.</summary>
    public abstract long Count { get; }

    /// <summary>How deep it goes: 1 for a scalar.</summary>
    public abstract int Height { get; }

    /// <summary>What it is, for messages: "a list", "the number 5".</summary>
    public abstract string Describe();
}

/// <summary>A place in a text, counted from 1; 0:0 is unknown.</summary>
internal readonly record struct Position(int Line, int Column) : IComparable<Position>
{
    public int CompareTo(Position other) => Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);
}

/// <summary>Values in order.</summary>
internal sealed class ListNode(Position position, IReadOnlyList<Node> items) : Node(position)
{
    public IReadOnlyList<Node> Items { get; } = items;

    public override long Count { get; } = 1 + items.Sum(item => item.Count);

    public override int Height { get; } = 1 + items.Select(item => item.Height).DefaultIfEmpty().Max();

    public override string Describe() => "a list";
}
