namespace Onboarding.Api.Reading.Nodes;

/// <summary>Values in order.</summary>
internal sealed class ListNode(Position position, IReadOnlyList<Node> items) : Node(position)
{
    public IReadOnlyList<Node> Items { get; } = items;

    public override long Count { get; } = 1 + items.Sum(item => item.Count);

    public override int Height { get; } = 1 + items.Select(item => item.Height).DefaultIfEmpty().Max();

    public override string Describe() => "a list";
}
