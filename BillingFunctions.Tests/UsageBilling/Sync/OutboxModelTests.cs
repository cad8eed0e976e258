using BillingFunctions.Tests.Fixtures;
using CsCheck;

namespace BillingFunctions.Tests.UsageBilling.Sync;

/// <summary>Decision 15 under whatever order of events: see <see cref="OutboxModel"/>.</summary>
public sealed class OutboxModelTests(AzuriteFixture azurite)
{
    /// <summary>For one that hangs: what it is about is told, and it is shrunk.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private static readonly Gen<OutboxMove[]> Moves = Gen.Select(
        Gen.Frequency(
            (5, OutboxMoveKind.Add),
            (3, OutboxMoveKind.Change),
            (2, OutboxMoveKind.Delete),
            (6, OutboxMoveKind.Deliver),
            (3, OutboxMoveKind.ChangeMeetsSync),
            (5, OutboxMoveKind.StripeFails),
            (2, OutboxMoveKind.Die),
            (5, OutboxMoveKind.Wait),
            (1, OutboxMoveKind.Sweep)),
        Gen.Int[0, 23],
        (kind, pick) => new OutboxMove(kind, pick)).Array[5, 30];

    [Fact]
    public Task AnyOrderOfEventsAndCrashes_EachItemIsBilledOnce() => Gen.Select(Gen.Bool, Moves).SampleAsync(
        async (isRealTime, moves) =>
        {
            await using var model = await OutboxModel.StartAsync(azurite.NewAccount(), isRealTime);
            foreach (var move in moves)
            {
                await model.MakeAsync(move).WaitAsync(Deadline, TestContext.Current.CancellationToken);
            }

            await model.SettleAsync().WaitAsync(Deadline, TestContext.Current.CancellationToken);
            await model.AssertBilledOnceAsync();
        },
        TestContext.Current.TestOutputHelper!.WriteLine,
        iter: Iterations.OrAsSet(4),
        threads: 2,
        print: sample => $"{(sample.Item1 ? "real time" : "groups")}: {string.Join(", ", sample.Item2)}");
}

/// <summary>Something that happens.</summary>
/// <param name="Kind">What.</param>
/// <param name="Pick">To which of several, or how; taken modulo their number.</param>
internal readonly record struct OutboxMove(OutboxMoveKind Kind, int Pick)
{
    public override string ToString() => $"{Kind} {Pick}";
}

internal enum OutboxMoveKind
{
    Add,
    Change,
    Delete,
    Deliver,
    ChangeMeetsSync,
    StripeFails,
    Die,
    Wait,
    Sweep,
}
