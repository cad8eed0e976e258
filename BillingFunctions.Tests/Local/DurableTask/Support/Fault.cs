namespace BillingFunctions.Tests.Local.DurableTask.Support;

/// <summary>What goes wrong at one write of an engine, counted from 1.</summary>
/// <param name="at">The write.</param>
/// <param name="applied">Whether it takes effect although it fails.</param>
/// <param name="kills">Whether the storage is out of reach from then on, as if the process had been killed.</param>
internal sealed class Fault(int at, bool applied, bool kills)
{
    private readonly TaskCompletionSource _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _writes;
    private bool _cut;

    public Task Happened => _happened.Task;

    public bool Kills => kills;

    public void ThrowIfCut()
    {
        if (_cut)
        {
            throw new IOException("cut off");
        }
    }

    public void BeforeWrite()
    {
        ThrowIfCut();
        if (++_writes == at && !applied)
        {
            Fail();
        }
    }

    public void AfterWrite()
    {
        if (_writes == at && applied)
        {
            Fail();
        }
    }

    private void Fail()
    {
        _cut = kills;
        _happened.TrySetResult();
        throw new IOException("fault");
    }
}
