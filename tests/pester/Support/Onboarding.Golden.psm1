# Wording, held in tests/pester/golden: one file for each file of tests, one section for each text. A test asserts error ids, reasons and values
# itself. ONBOARDING_UPDATE_GOLDEN=1 writes the files again, to be looked at before they are committed.
$script:Folder = Join-Path (Split-Path $PSScriptRoot) 'golden'

# Compares a text with its section: $text | Confirm-Golden 'the refusal' -Mask @{ $name = 'name' }
function Confirm-Golden {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Section,
        [Parameter(Mandatory, ValueFromPipeline)] [AllowEmptyString()] [string[]] $Text,
        [hashtable] $Mask = @{}
    )
    begin { $lines = [System.Collections.Generic.List[string]]::new() }
    process { $lines.AddRange($Text) }
    end {
        $source = @(Get-PSCallStack | ForEach-Object ScriptName | Where-Object { $_ -like '*.Tests.ps1' })[0]
        $file = Join-Path $script:Folder (Split-Path (Split-Path $source) -Leaf) ((Split-Path $source -Leaf) -replace '\.Tests\.ps1$', '.txt')
        $actual = ($lines -join "`n").ReplaceLineEndings("`n").TrimEnd("`n")
        foreach ($value in $Mask.Keys) { $actual = $actual.Replace("$value", "<$($Mask[$value])>") }
        $actual = $actual -replace '/tmp/onboarding-[\w-]+', '<dir>' -replace '\b(localhost|127\.0\.0\.1):\d{4,5}\b', '$1:<port>' -replace '\bpid \d+', 'pid <pid>'
        $actual = $actual -replace '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', '<uid>' -replace '\b[0-9a-f]{16}\b', '<id>'
        $sections = [System.Collections.Generic.SortedDictionary[string, string]]::new([StringComparer]::Ordinal)
        if (Test-Path $file) {
            foreach ($part in ("`n" + [System.IO.File]::ReadAllText($file)).Split("`n## ", [StringSplitOptions]::RemoveEmptyEntries)) {
                $end = $part.IndexOf("`n")
                $sections[$part.Substring(0, $end)] = $part.Substring($end + 1).TrimEnd("`n")
            }
        }

        if ($env:ONBOARDING_UPDATE_GOLDEN -eq '1') {
            $sections[$Section] = $actual
            $null = New-Item -ItemType Directory -Force (Split-Path $file)
            [System.IO.File]::WriteAllText($file, (($sections.GetEnumerator() | ForEach-Object { "## $($_.Key)`n$($_.Value)`n" }) -join "`n"))
        }

        $sections[$Section] | Should -BeExactly $actual -Because "$file, section '$Section', is what it has to be; ONBOARDING_UPDATE_GOLDEN=1 writes it"
    }
}
