using BillingFunctions.Connectors.Salesforce.Inbound;
using BillingFunctions.Customers.Merging;

namespace BillingFunctions.Tests.Connectors.Salesforce.Inbound;

public sealed class ChangeMemoryTests
{
    private static readonly DateTimeOffset At = new(2026, 10, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ChangeMemory _memory = new();

    [Fact]
    public void IsTaken_TheSameChange_ReadAgain()
    {
        _memory.NoteTaken(Record());

        Assert.True(_memory.IsTaken(Record() with { ReadAt = At.AddMinutes(1) }));
    }

    [Fact]
    public void IsTaken_AnotherRecordTimeContentOrId_IsFalse()
    {
        _memory.NoteTaken(Record());

        Assert.False(_memory.IsTaken(Record() with { RemoteId = "001000000000002AAA" }));
        Assert.False(_memory.IsTaken(Record() with { ChangedAt = At.AddSeconds(1) }));
        Assert.False(_memory.IsTaken(Record() with { OurId = "c1" }));
        Assert.False(_memory.IsTaken(Record("Bea")));
    }

    [Fact]
    public void NoteNotTaken_Counts_UntilTheChangeIsTaken()
    {
        Assert.Equal([1, 2], [_memory.NoteNotTaken(Record()), _memory.NoteNotTaken(Record())]);
        Assert.Equal(1, _memory.NoteNotTaken(Record("Bea")));
        Assert.False(_memory.IsTaken(Record()));

        _memory.NoteTaken(Record());

        Assert.True(_memory.IsTaken(Record()));
        Assert.Equal(2, _memory.Count);
    }

    [Fact]
    public void ForgetBefore_ATime_KeepsWhatIsLater()
    {
        _memory.NoteTaken(Record());
        _memory.NoteNotTaken(Record("Bea"));
        _memory.NoteTaken(Record() with { ChangedAt = At.AddSeconds(1) });

        _memory.ForgetBefore(At.AddSeconds(1));

        Assert.Equal(1, _memory.Count);
        Assert.True(_memory.IsTaken(Record() with { ChangedAt = At.AddSeconds(1) }));
    }

    private static CustomerSnapshot Record(string name = "Ada") => new()
    {
        System = "salesforce",
        RemoteId = "001000000000001AAA",
        Content = CustomerContent.Empty.With([new(CustomerContent.NameField, name)]),
        Covers = _ => true,
        ChangedAt = At,
        ReadAt = At,
        Cause = "salesforce",
    };
}
