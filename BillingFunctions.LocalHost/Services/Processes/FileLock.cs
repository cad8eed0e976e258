namespace BillingFunctions.LocalHost.Services.Processes;

/// <summary>A file that one process at a time may have open.</summary>
internal static class FileLock
{
    // What opening a file that another process has locked ends with: the error of Windows, EAGAIN of Linux and EAGAIN of macOS.
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until no other process has the file; whoever disposes the stream lets the next one have it.</summary>
    /// <exception cref="StartupException">The file cannot be opened at all, be it for want of rights or of space.</exception>
    public static async Task<FileStream> TakeAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (exception.HResult is WindowsSharingViolation or LinuxWouldBlock or MacWouldBlock)
            {
                await Task.Delay(Poll, TimeProvider.System, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new StartupException($"{path} cannot be opened: {exception.Message}", exception);
            }
        }
    }
}
