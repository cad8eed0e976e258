namespace BillingFunctions.LocalHost.Client;

/// <summary>Where a download goes: a file, which is there when it is whole, or <c>-</c> for the standard output.</summary>
internal sealed record OutputFile(string Path)
{
    public bool IsStandardOutput => Path == "-";

    /// <exception cref="JobException">It cannot be written.</exception>
    public async Task WriteAsync(Func<Stream, Task> write)
    {
        try
        {
            if (IsStandardOutput)
            {
                await using var output = Console.OpenStandardOutput();
                await write(output);
                return;
            }

            await WriteFileAsync(write);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JobException($"{Path} cannot be written: {exception.Message}", exception);
        }
    }

    private async Task WriteFileAsync(Func<Stream, Task> write)
    {
        var part = $"{Path}.part";
        try
        {
            await using (var file = File.Create(part))
            {
                await write(file);
            }

            File.Move(part, Path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }
}
