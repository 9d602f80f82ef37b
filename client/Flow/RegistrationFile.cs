using System.Text.Json;
using System.Text.Json.Serialization;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;

namespace Onboarding.Client.Flow;

/// <summary>Keeps a <see cref="RegistrationRecord"/>.</summary>
internal sealed class RegistrationFile(string workloadDirectory)
{
    private readonly string _path = Path.Combine(workloadDirectory, "registration.json");

    /// <summary>What is on disk; null if nothing usable is: then the plane tells it again.</summary>
    public RegistrationRecord? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(_path), RegistrationJson.Default.RegistrationRecord);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it; it is on disk when this returns.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.StateDirectoryUnwritable"/>.</exception>
    public void Write(RegistrationRecord record)
    {
        try
        {
            DurableFiles.Instance.Write(
                _path, JsonSerializer.SerializeToUtf8Bytes(record, RegistrationJson.Default.RegistrationRecord), FileModes.Secret);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OnboardingException(
                ErrorIds.StateDirectoryUnwritable, $"{_path} can't be written: {e.Message}.", $"df -h {_path}; ls -ld {workloadDirectory}", e);
        }
    }

    /// <summary>Forgets it.</summary>
    public void Delete() => File.Delete(_path);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RegistrationRecord))]
internal sealed partial class RegistrationJson : JsonSerializerContext;
